// The classes of elements and other nodes: by name, by what they inherit, and in what a node is as a text.
// @app sockets
const tags = [
  ...["a", "abbr", "address", "applet", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "bgsound", "big"],
  ...["blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data"],
  ...["datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset"],
  ...["figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h6", "head", "header", "hr", "html", "i"],
  ...["iframe", "img", "input", "ins", "kbd", "keygen", "label", "legend", "li", "link", "listing", "main", "map", "mark"],
  ...["marquee", "menu", "meta", "meter", "nav", "nobr", "noscript", "object", "ol", "optgroup", "option", "output", "p"],
  ...["param", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "section", "select", "slot"],
  ...["small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "table", "tbody", "td", "template"],
  ...["textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u", "ul", "var", "video", "wbr", "xmp", "x-y"],
];
const nameOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** The names of the classes that an object is of, from the nearest. */
function line(object) {
  const found = [];
  for (let at = Object.getPrototypeOf(object); at !== Node.prototype; at = Object.getPrototypeOf(at)) {
    if (at.constructor.name in window) found.push(at.constructor.name);
  }
  return found;
}
for (const tag of tags) {
  const element = document.createElement(tag);
  const found = line(element), own = window[found[0]];
  note(tag, [found, nameOf(element), own === element.constructor, element instanceof own, own.name]);
}
const parsed = document.createElement("div");
parsed.innerHTML = "<table><tbody><tr><td>x<!--y--></td></tr></tbody></table>";
note("parsed", [...parsed.querySelectorAll("*")].map((element) => element.constructor.name));
note("a clone", parsed.cloneNode(true).querySelector("td").constructor === HTMLTableCellElement);
note("two of a kind", Object.getPrototypeOf(parsed) === Object.getPrototypeOf(document.createElement("div")));
note("not of another kind", [parsed instanceof HTMLTableElement, parsed instanceof HTMLSpanElement]);
HTMLTableRowElement.prototype.mine = 1;
note("what a prototype is given", [parsed.querySelector("tr").mine, parsed.querySelector("td").mine]);
const [text, comment] = parsed.querySelector("td").childNodes;
const nodes = { text, comment, document, fragment: document.createDocumentFragment() };
for (const [what, node] of Object.entries(nodes)) {
  note(what, [nameOf(node), node.constructor.name, node instanceof window[nameOf(node)]]);
}
const things = { window, location, navigator, list: parsed.childNodes, "list of classes": parsed.classList };
for (const [what, thing] of Object.entries({ ...things, attributes: parsed.attributes })) {
  note(what, [nameOf(thing), thing.constructor.name, window[nameOf(thing)] === thing.constructor]);
}
note("the element's own attribute", nameOf(document.createAttribute("x")));
note("names", [Text, Comment, Element, Node, Attr, DocumentFragment, CharacterData].map((each) => each.name));
