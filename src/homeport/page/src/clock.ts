// The worker of `shell/clock.ts`: says a timer's number when it is due.

const timers = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener("message", ({ data }: MessageEvent<[number, number | null]>) => {
  const [id, ms] = data;
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (ms === null) return;
  const ring = () => {
    timers.delete(id);
    (globalThis as unknown as Worker).postMessage(id);
  };
  timers.set(id, setTimeout(ring, ms));
});
