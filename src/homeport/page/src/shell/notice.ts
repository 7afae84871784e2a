// What the shell itself has to say: one notice at the top of the page, with at most one button. Text only.

export interface Action {
  readonly label: string;
  readonly run: () => void;
}

let shown: HTMLElement | null = null;

export function showNotice(text: string, action?: Action): void {
  hideNotice();
  const box = document.createElement("div");
  box.className = "homeport-notice";
  box.setAttribute("role", "status");
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  if (action !== undefined) box.append(button(action));
  shown = box;
  whenBody(() => {
    if (shown === box) document.body.append(box);
  });
}

export function hideNotice(): void {
  shown?.remove();
  shown = null;
}

/** Runs `task` once there is a body; the shell's script is in the head. */
export function whenBody(task: () => void): void {
  if (document.body) task();
  else document.addEventListener("DOMContentLoaded", task, { once: true });
}

function button({ label, run }: Action): HTMLButtonElement {
  const element = document.createElement("button");
  element.textContent = label;
  element.addEventListener("click", () => {
    hideNotice();
    run();
  });
  return element;
}
