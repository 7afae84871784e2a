// What chrome.notifications takes, and what it refuses with which words. Nothing is shown here.

import { Failure } from "./shape.ts";

export interface Options {
  type?: string;
  iconUrl?: string;
  iconBitmap?: object;
  appIconMaskUrl?: string;
  title?: string;
  message?: string;
  contextMessage?: string;
  priority?: number;
  buttons?: { title: string; iconUrl?: string }[];
  imageUrl?: string;
  imageBitmap?: object;
  items?: { title: string; message: string }[];
  progress?: number;
  requireInteraction?: boolean;
  silent?: boolean;
}

const LONGEST_ID = 500;
const LONG_ID = "The notification's ID should be 500 characters or less";
const MISSING = "Some of the required properties are missing: type, iconUrl, title and message.";
const NO_IMAGE = "Unable to successfully use the provided image.";
const NOT_LOADED = "Unable to download all specified images.";
const LOW = "Low-priority notifications are deprecated on this platform.";
const NOT_IMAGE = "Image resource provided for notification type != image";
const NOT_LIST = "List items provided for notification type != list";
const NOT_PROGRESS = "The progress value should not be specified for non-progress notification";
const RANGE = "The progress value should range from 0 to 100";

/** Throws where Chromium makes no notification of these options. */
export function checkNew(id: string, options: Options): void {
  const { type, title, message, iconUrl, iconBitmap, items = [] } = options;
  const refuse = (text: string): never => {
    throw new Failure(text, [id]);
  };
  if (id.length > LONGEST_ID) refuse(LONG_ID);
  const lacks = [type, title, message, iconUrl ?? iconBitmap].includes(undefined);
  if (lacks) refuse(MISSING);
  if (iconUrl === "" && iconBitmap === undefined) refuse(NO_IMAGE);
  if ((options.priority ?? 0) < 0) refuse(LOW);
  if (hasImage(options) !== (type === "image")) refuse(NOT_IMAGE);
  if ((items.length > 0) !== (type === "list")) refuse(NOT_LIST);
  checkProgress(options, id);
}

/** Throws where Chromium does not change a notification of type `type` so. */
export function checkChange(changes: Options, type: string | undefined): void {
  if ((changes.priority ?? 0) < 0) throw new Failure(LOW, [false]);
  if (hasImage(changes) && type !== "image") throw new Failure(NOT_IMAGE, [false]);
  if ((changes.items ?? []).length > 0 && type !== "list") throw new Failure(NOT_LIST, [false]);
  checkProgress({ ...changes, type }, false);
}

/** Resolves once the pictures that the options name are known to be some; else rejects with Chromium's words. */
export async function loadImages(
  options: Options,
  isImage: (url: string) => Promise<boolean>,
): Promise<void> {
  const { iconUrl, appIconMaskUrl, imageUrl, buttons = [] } = options;
  const urls = [iconUrl, appIconMaskUrl, imageUrl, ...buttons.map((button) => button.iconUrl)];
  const found = await Promise.all(urls.map((url) => !url || isImage(url)));
  if (found.includes(false)) throw new Error(NOT_LOADED);
}

function hasImage({ imageUrl, imageBitmap }: Options): boolean {
  return Boolean(imageUrl) || imageBitmap !== undefined;
}

function checkProgress({ type, progress }: Options, result: unknown): void {
  if (progress === undefined) return;
  if (type !== "progress") throw new Failure(NOT_PROGRESS, [result]);
  if (progress < 0 || progress > 100) throw new Failure(RANGE, [result]);
}
