import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeaderList } from "../src/index.ts";

describe("HeaderList", () => {
  test("keeps order, letter case and repeats, and looks up without case", () => {
    const headers = new HeaderList([
      ["X-b", "1"],
      ["Set-Cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect([...headers]).toEqual([
      ["X-b", "1"],
      ["Set-Cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(headers.get("SET-COOKIE")).toBe("a=1, b=2");
    expect(headers.getAll("Set-Cookie")).toEqual(["a=1", "b=2"]);
    expect(headers.has("x-B")).toBe(true);
    expect(headers.get("absent")).toBeNull();
    expect(headers.getAll("absent")).toEqual([]);
    expect(headers.flat()).toEqual(["X-b", "1", "Set-Cookie", "a=1", "set-cookie", "b=2"]);
  });

  test("an empty value is a value", () => {
    expect(new HeaderList({ A: "" }).get("a")).toBe("");
  });

  test("is made from a plain object, web Headers and another list, of which it is a copy", () => {
    const first = new HeaderList({ A: "1", B: "2" });
    const second = new HeaderList(first);
    second.set("a", "3");
    expect([...first]).toEqual([
      ["A", "1"],
      ["B", "2"],
    ]);
    expect([...new HeaderList(new Headers({ "X-A": "1" }))]).toEqual([["x-a", "1"]]);
  });

  test("set replaces in place with the new letter case and drops repeats; append adds; delete removes all", () => {
    const headers = new HeaderList([
      ["a", "1"],
      ["B", "2"],
      ["A", "3"],
    ]);
    headers.set("A", "4");
    expect([...headers]).toEqual([
      ["A", "4"],
      ["B", "2"],
    ]);
    headers.append("b", "5");
    headers.set("C", "6");
    headers.delete("B");
    expect([...headers]).toEqual([
      ["A", "4"],
      ["C", "6"],
    ]);
  });

  test("a polluted prototype adds no header", () => {
    Object.assign(Object.prototype, { polluted: "1" });
    try {
      expect([...new HeaderList({ A: "1" })]).toEqual([["A", "1"]]);
    } finally {
      Reflect.deleteProperty(Object.prototype, "polluted");
    }
  });

  const name = fc.constantFrom("a", "A", "b", "B", "cc", "Cc");
  const step = fc.oneof(
    fc.tuple(fc.constantFrom("set", "append"), name, fc.string()),
    fc.tuple(fc.constant("delete"), name, fc.constant("")),
  );

  test("behaves as a list of pairs under any series of changes", () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const headers = new HeaderList();
        let model: [string, string][] = [];
        const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
        for (const [what, key, value] of steps) {
          if (what === "append") {
            headers.append(key, value);
            model.push([key, value]);
          } else if (what === "delete") {
            headers.delete(key);
            model = model.filter(([other]) => !same(key, other));
          } else {
            headers.set(key, value);
            const at = model.findIndex(([other]) => same(key, other));
            if (at < 0) model.push([key, value]);
            else model = model.flatMap((pair, i) => (i === at ? [[key, value]] : same(pair[0], key) ? [] : [pair]));
          }
          expect([...headers]).toEqual(model);
          expect(headers.getAll(key)).toEqual(model.filter(([other]) => same(key, other)).map(([, text]) => text));
        }
      }),
    );
  });
});
