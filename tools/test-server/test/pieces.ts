import type { Socket } from "node:net";

/** Writes bytes in pieces of a size, each only when the one before is out. */
export async function writeInPieces(socket: Socket, bytes: Buffer, size: number): Promise<void> {
  socket.setNoDelay(true);
  await new Promise((resolve) => socket.write(bytes.subarray(0, size), resolve));
  if (bytes.length > size) await writeInPieces(socket, bytes.subarray(size), size);
}
