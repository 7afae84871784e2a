// chrome.clipboard: pictures into the clipboard, for the few apps that Chromium's maker allowed it. Others are refused.

import type { Platform } from "./mod.ts";
import { asynchronous, enumOf, namespace, optional, param, refused, STRING } from "./shape.ts";

const DENIED = "Access to extension API denied.";

const CLIPBOARD = namespace({
  requires: "permission:clipboard",
  functions: {
    setImageData: asynchronous(
      param("imageData", { kind: "binary" }),
      param("type", { ref: "clipboard.ImageType" }),
      optional("additionalItems", { kind: "array", items: { ref: "clipboard.AdditionalDataItem" } }),
    ),
  },
  events: ["onClipboardDataChanged"],
  enums: {
    DataItemType: { TEXT_HTML: "textHtml", TEXT_PLAIN: "textPlain" },
    ImageType: enumOf("jpeg", "png"),
  },
  types: {
    "clipboard.ImageType": { kind: "enum", values: ["jpeg", "png"] },
    "clipboard.DataItemType": { kind: "enum", values: ["textHtml", "textPlain"] },
    "clipboard.AdditionalDataItem": {
      kind: "object",
      properties: { type: { type: { ref: "clipboard.DataItemType" } }, data: { type: STRING } },
    },
  },
});

export const clipboard: Platform = {
  namespaces: { clipboard: CLIPBOARD },
  implement: (realm) => ({ "clipboard.setImageData": refused(realm, DENIED) }),
};
