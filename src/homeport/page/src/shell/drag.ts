// Dragging with mouse, pen or finger.

/**
 * While `handle` is dragged, `move` is told how far from where it began, with what `start` gave then.
 * Pointers are captured, since a page under the pointer would swallow the movement.
 */
export function drag<T>(
  handle: HTMLElement,
  start: () => T,
  move: (begin: T, dx: number, dy: number) => void,
): void {
  handle.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || (down.target as HTMLElement).closest("button") !== null) return;
    const begin = start();
    handle.setPointerCapture(down.pointerId);
    const moved = (event: PointerEvent) => {
      if (event.pointerId === down.pointerId) {
        move(begin, event.clientX - down.clientX, event.clientY - down.clientY);
      }
    };
    const ended = (event: PointerEvent) => {
      if (event.pointerId !== down.pointerId) return;
      handle.removeEventListener("pointermove", moved);
      handle.removeEventListener("pointerup", ended);
      handle.removeEventListener("pointercancel", ended);
    };
    handle.addEventListener("pointermove", moved);
    handle.addEventListener("pointerup", ended);
    handle.addEventListener("pointercancel", ended);
    down.preventDefault();
  });
}
