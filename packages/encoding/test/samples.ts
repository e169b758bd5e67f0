import iconv from "iconv-lite";

/** A text of our own, and the encodings in which it is met. */
export interface Sample {
  language: string;
  text: string;
  encodings: string[];
}

export const samples: Sample[] = [
  {
    language: "French",
    text: "Le château fut bâti près de la forêt où l'été paraît éternel. Les élèves de l'école étaient déjà là, très étonnés : la fenêtre était restée ouverte toute la journée, malgré la pluie.",
    encodings: ["windows-1252", "iso-8859-1"],
  },
  {
    language: "German",
    text: "Die Straße führt über die Brücke zum Schloß, wo früher die Könige wohnten. Später wurde das Gebäude verkauft, und heute hören dort Schüler die schönsten Märchen der Brüder, während draußen Vögel zwitschern.",
    encodings: ["windows-1252", "iso-8859-1"],
  },
  {
    language: "Polish",
    text: "Zażółć gęślą jaźń, powiedział nauczyciel, a dzieci zaczęły się śmiać. Późną jesienią, gdy liście spadły już z drzew, wróciliśmy do domu nad rzeką, żeby odpocząć i posłuchać wiatru.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Czech",
    text: "Příliš žluťoučký kůň úpěl ďábelské ódy, a přesto všichni mlčeli. Když přišel večer, šli jsme k řece, kde už dříve čekali naši přátelé s čerstvým chlebem a sýrem.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Hungarian",
    text: "Az őszi erdőben könnyű köd ült a fák között, és a tűz mellett öreg történeteket meséltek. Később megérkezett a hűvös szél is, ezért mindenki a házba húzódott, ahol forró leves várta őket.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Russian",
    text: "Старый дом стоял на берегу реки, и каждое утро в его окнах отражалось солнце. Мы пили чай на веранде, слушали птиц и говорили о том, как быстро проходит лето.",
    encodings: ["windows-1251", "koi8-r", "iso-8859-5", "cp866", "x-mac-cyrillic"],
  },
  {
    language: "Greek",
    text: "Το παλιό σπίτι βρισκόταν δίπλα στη θάλασσα, και κάθε πρωί ακούγαμε τα κύματα να σπάνε στα βράχια. Το καλοκαίρι ερχόντουσαν φίλοι από μακριά και μέναμε ξύπνιοι μέχρι αργά.",
    encodings: ["windows-1253", "iso-8859-7"],
  },
  {
    language: "Turkish",
    text: "Eski köşkün bahçesinde büyük bir çınar ağacı vardı; çocuklar gölgesinde oynar, büyükler çay içip şarkı söylerdi. Akşam olunca güneş dağların arkasına çekilir, ışıklar yavaşça yanardı.",
    encodings: ["windows-1254", "iso-8859-9"],
  },
  {
    language: "Hebrew",
    text: "הבית הישן עמד ליד הנהר, ובכל בוקר ראינו את השמש זורחת מעל ההרים. בערב ישבנו במרפסת, שתינו תה ודיברנו על הימים שעברו ועל החברים הרחוקים.",
    encodings: ["windows-1255"],
  },
  {
    language: "Arabic",
    text: "كان البيت القديم يقع بالقرب من النهر، وفي كل صباح كنا نسمع أصوات الطيور في الحديقة. وفي المساء كنا نجلس معا ونشرب الشاي ونتحدث عن الأيام الماضية.",
    encodings: ["windows-1256", "iso-8859-6"],
  },
  {
    language: "Thai",
    text: "บ้านหลังเก่าตั้งอยู่ริมแม่น้ำ ทุกเช้าเราได้ยินเสียงนกร้องในสวน และตอนเย็นเรานั่งดื่มชาด้วยกันพร้อมกับเล่าเรื่องราวในอดีตให้เด็กๆ ฟัง",
    encodings: ["windows-874"],
  },
  {
    language: "Japanese",
    text: "古い家は川のほとりに建っていました。毎朝、私たちは庭で鳥の声を聞き、夕方になるとお茶を飲みながら昔の話をしました。カタカナの看板もまだ残っています。",
    encodings: ["shift_jis", "euc-jp", "iso-2022-jp"],
  },
  {
    language: "Chinese, simplified",
    text: "那座老房子坐落在河边，每天早晨我们都能听见花园里的鸟叫声。到了晚上，大家坐在一起喝茶，谈论过去的日子和远方的朋友。",
    encodings: ["gbk", "gb18030"],
  },
  {
    language: "Chinese, traditional",
    text: "那座老房子坐落在河邊，每天早晨我們都能聽見花園裡的鳥叫聲。到了晚上，大家坐在一起喝茶，談論過去的日子和遠方的朋友。",
    encodings: ["big5"],
  },
  {
    language: "Korean",
    text: "오래된 집은 강가에 서 있었고, 아침마다 우리는 정원에서 새들이 지저귀는 소리를 들었다. 저녁이 되면 모두 모여 차를 마시며 지나간 날들과 멀리 있는 친구들에 대해 이야기했다.",
    encodings: ["euc-kr", "cp949"],
  },
];

/** The bytes of a text in an encoding. */
export function encode(text: string, encoding: string): Uint8Array {
  if (encoding === "iso-2022-jp") {
    // As in EUC-JP without the high bits, between escapes.
    const body = text.replace(/[^ -~]+/g, (part) => `\x1b$B${iconv.encode(part, "euc-jp").toString("latin1")}\x1b(B`);
    return Uint8Array.from(body, (char) => char.charCodeAt(0) & 0x7f);
  }
  return iconv.encode(text, encoding === "x-mac-cyrillic" ? "maccyrillic" : encoding);
}
