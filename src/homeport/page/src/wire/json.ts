// JSON as the other side must read it, whatever the app has made of its own: old libraries give every list a `toJSON`.

const { stringify } = JSON;
const { isArray } = Array;
const { create, defineProperty, keys } = Object;

/** JSON of plain data. */
export function toJson(value: unknown): string {
  const changed = ([] as { toJSON?: unknown }).toJSON !== undefined;
  return stringify(changed ? bare(value) : value);
}

/** A copy that inherits no `toJSON`. */
function bare(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) {
    const copy: unknown[] = [];
    defineProperty(copy, "toJSON", { value: undefined });
    for (let i = 0; i < value.length; i++) copy[i] = bare(value[i]);
    return copy;
  }
  const copy = create(null);
  for (const key of keys(value)) copy[key] = bare((value as Record<string, unknown>)[key]);
  return copy;
}
