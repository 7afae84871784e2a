// chrome.contextMenus: the app's entries, shown in a menu of their own where the user asks for one in its windows.

import type { Realm } from "../binding/realm.ts";
import { CREATE_PROPERTIES, ENUMS, ID, type Item, Menu, UPDATE_PROPERTIES } from "./menu_items.ts";
import type { Platform } from "./mod.ts";
import { answer, ANY, asynchronous, namespace, param } from "./shape.ts";

const CONTEXT_MENUS = namespace({
  requires: "permission:contextMenus",
  functions: {
    create: {
      params: [param("createProperties", { ref: "contextMenus.CreateProperties" })],
      callback: { optional: true, promise: false, params: [] },
      returns: ANY,
    },
    remove: asynchronous(param("menuItemId", ID)),
    removeAll: asynchronous(),
    update: asynchronous(param("id", ID), param("updateProperties", UPDATE_PROPERTIES)),
  },
  events: ["onClicked"],
  enums: ENUMS,
  constants: { ACTION_MENU_TOP_LEVEL_LIMIT: 6 },
  types: { "contextMenus.CreateProperties": CREATE_PROPERTIES },
});

function menuOf(realm: Realm): Menu {
  const menu = realm.hub.shared.get("context menus") ?? new Menu();
  realm.hub.shared.set("context menus", menu);
  return menu as Menu;
}

export const contextMenus: Platform = {
  namespaces: { contextMenus: CONTEXT_MENUS },
  implement(realm) {
    let made = 0;
    return {
      "contextMenus.create": ([properties], reply) => {
        let error: string | null = null;
        try {
          menuOf(realm).create(properties as Partial<Item>);
        } catch (wrong) {
          error = (wrong as Error).message;
        }
        realm.hub.enqueue(() => reply.finish([], error));
        return (properties as Partial<Item>).id ?? ++made;
      },
      "contextMenus.remove": answer(realm, ([id]) => menuOf(realm).remove(id as string)),
      "contextMenus.removeAll": answer(realm, () => menuOf(realm).items.clear()),
      "contextMenus.update": answer(realm, ([id, properties]) => {
        menuOf(realm).update(id as string, properties as Partial<Item>);
      }),
    };
  },
  start(realm) {
    if (realm.hub.app.host !== "browser" || realm.chrome.contextMenus === undefined) return;
    addEventListener("contextmenu", (event) => {
      const selection = String(getSelection() ?? "");
      const items = menuOf(realm).at(event.target as Element | null, selection);
      if (event.defaultPrevented || items.length === 0) return;
      event.preventDefault();
      show(realm, items, event, selection);
    });
  },
};

function show(realm: Realm, items: readonly Item[], at: MouseEvent, selectionText: string): void {
  const menu = document.createElement("div");
  menu.setAttribute("role", "menu");
  menu.style.cssText = `position:fixed;left:${at.clientX}px;top:${at.clientY}px;z-index:2147483647;` +
    "background:canvas;color:canvastext;border:1px solid graytext;padding:4px 0;font:13px system-ui;" +
    "box-shadow:0 2px 12px rgb(0 0 0/30%);min-width:10em";
  const close = () => menu.remove();
  for (const item of items) menu.append(line(realm, item, selectionText, close));
  document.documentElement.append(menu);
  setTimeout(() =>
    addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target as Node)) close();
    }, { once: true, capture: true })
  );
}

function line(realm: Realm, item: Item, selectionText: string, close: () => void): HTMLElement {
  if (item.type === "separator") return document.createElement("hr");
  const element = document.createElement("div");
  element.setAttribute("role", "menuitem");
  element.style.cssText = "padding:4px 14px;cursor:default";
  const mark = item.checked ? "✓ " : "";
  element.textContent = mark + (item.title ?? "").replaceAll("%s", selectionText);
  if (item.enabled === false) element.style.opacity = "0.5";
  else {
    element.addEventListener("click", () => {
      close();
      const wasChecked = item.checked ?? false;
      if (item.type === "checkbox") item.checked = !wasChecked;
      if (item.type === "radio") item.checked = true;
      const info: Record<string, unknown> = {
        menuItemId: item.id,
        editable: false,
        pageUrl: location.href,
        ...(selectionText ? { selectionText } : {}),
      };
      if (item.type === "checkbox" || item.type === "radio") {
        Object.assign(info, { checked: item.checked, wasChecked });
      }
      realm.hub.emit("contextMenus.onClicked", [info]);
    });
  }
  return element;
}
