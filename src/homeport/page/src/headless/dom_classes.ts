// The classes of elements, by their tags. The DOM library has one class for most kinds of elements, but apps ask by its
// class what an element is, and what compilers write, such as Dart's, keeps on its prototype what they know of its kind.

// deno-lint-ignore no-explicit-any
type Any = any;

/** Names, and the tags of each. */
const read = (text: string): [string, string[]][] =>
  text.trim().split(/\s+/).map((word) => word.split("=") as [string, string]).map(([name, tags]) => [
    `HTML${name}Element`,
    tags.split(","),
  ]);

const KINDS = read(`
  Area=area Base=base Body=body BR=br Data=data DataList=datalist Details=details Dialog=dialog Directory=dir Div=div
  DList=dl Embed=embed FieldSet=fieldset Font=font Form=form Frame=frame FrameSet=frameset Head=head HR=hr Html=html
  Label=label Legend=legend LI=li Map=map Marquee=marquee Menu=menu Meter=meter Mod=del,ins Object=object OList=ol
  OptGroup=optgroup Output=output Paragraph=p Param=param Picture=picture Pre=listing,pre,xmp Progress=progress
  Quote=blockquote,q Span=span Table=table TableCaption=caption TableCell=td,th TableCol=col,colgroup TableRow=tr
  TableSection=tbody,tfoot,thead Track=track UList=ul Unknown=applet,bgsound,keygen`);
const MEDIA = read("Audio=audio Video=video");
/** Those that the library has, and uses. */
const OTHERS = read(`
  Anchor=a Button=button Canvas=canvas Heading=h1 IFrame=iframe Image=img Input=input Link=link Meta=meta
  Option=option Script=script Select=select Slot=slot Source=source Style=style Template=template TextArea=textarea
  Time=time Title=title`);
const NODES = [
  "Attr",
  "CDATASection",
  "CharacterData",
  "Comment",
  "Document",
  "DocumentFragment",
  "DocumentType",
];
const MORE_NODES = ["Element", "Node", "ShadowRoot", "SVGElement", "Text"];
const LISTS = ["DOMTokenList", "NamedNodeMap", "NodeList"];

const classes: Record<string, unknown> = {};

/** The names of all classes of elements, and of lists of what they have. */
export const ELEMENT_CLASSES: readonly string[] = [
  ...[...KINDS, ...MEDIA, ...OTHERS].map(([name]) => name),
  ...["HTMLMediaElement", ...LISTS],
];

/** The class of that name, if it is one of these. */
export const elementClass = (name: string): unknown =>
  Object.hasOwn(classes, name) ? classes[name] : undefined;

/** Has all documents make their elements by these classes; `document` is any. */
export function registerClasses(document: Any): void {
  const view = document.defaultView;
  const byTag = classesByTag(document);
  const register = (kinds: [string, string[]][], Base: Any): void => {
    for (const [name, tags] of kinds) {
      const Class = named(class extends Base {}, name);
      for (const tag of tags) byTag.set(tag, Class).set(tag.toUpperCase(), Class);
    }
  };
  register(KINDS, view.HTMLElement);
  register(MEDIA, named(class extends view.HTMLElement {}, "HTMLMediaElement"));
  for (const Class of [view.HTMLElement, document.constructor, ...byTag.values()]) named(Class, Class.name);
  for (const name of [...NODES, ...MORE_NODES]) named(view[name], name);
  const { classList, attributes, childNodes } = document.createElement("p");
  [classList, attributes, childNodes].forEach(({ constructor }, index) => named(constructor, LISTS[index]!));
}

function named(Class: Any, name: string): Any {
  Object.defineProperty(Class, "name", { value: name, configurable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  if (ELEMENT_CLASSES.includes(name)) classes[name] = Class;
  return Class;
}

/** The library's own table, which it keeps to itself: it looks there for the class of each element that it makes. */
function classesByTag(document: Any): Map<string, Any> {
  const { has } = Map.prototype;
  let found: Map<string, Any> | undefined;
  Map.prototype.has = function (this: Map<unknown, unknown>, key: unknown): boolean {
    if (key === "table") found ??= this as Map<string, Any>;
    return has.call(this, key);
  };
  try {
    document.createElement("table");
  } finally {
    Map.prototype.has = has;
  }
  if (found === undefined) throw new Error("the DOM library makes its elements in another way");
  return found;
}
