// chrome.serial, chrome.usb and chrome.hid on a machine with nothing plugged in. Chromium has the first two on ChromeOS
// only; an app that looks for devices as it starts, and can use the network as well, would stop without them.

import type { ApiFunction, Param } from "../schema.gen.ts";
import type { Implementation } from "../binding/function.ts";
import type { Realm } from "../binding/realm.ts";
import type { Platform } from "./mod.ts";
import {
  answer,
  asynchronous,
  BOOLEAN,
  enumOf,
  INTEGER,
  namespace,
  OBJECT,
  optional,
  param,
  refused,
  STRING,
} from "./shape.ts";

const NO_PORT = "Failed to connect to the port.";
const NO_SERIAL_CONNECTION = "Serial connection not found.";
const NO_USB_DEVICE = "No such device.";
const NO_USB_CONNECTION = "No such connection.";
const NO_HID_DEVICE = "Failed to open HID device.";
const NO_HID_CONNECTION = "Connection not established.";

const CONNECTION = param("connectionId", INTEGER);
const OPTIONS = param("options", OBJECT);
const DATA = param("data", { kind: "binary" });
const DEVICE = param("device", OBJECT);
const HANDLE = param("handle", OBJECT);
const TRANSFER = param("transferInfo", OBJECT);
const NUMBER_OF_INTERFACE = param("interfaceNumber", INTEGER);

/** Of a namespace: what finds nothing, and what else fails with which text. */
interface Idle {
  readonly finds: Readonly<Record<string, readonly Param[]>>;
  readonly fails: Readonly<Record<string, Readonly<Record<string, readonly Param[]>>>>;
}

const SERIAL: Idle = {
  finds: { getDevices: [], getConnections: [] },
  fails: {
    [NO_PORT]: { connect: [param("path", STRING), optional("options", OBJECT)] },
    [NO_SERIAL_CONNECTION]: {
      clearBreak: [CONNECTION],
      disconnect: [CONNECTION],
      flush: [CONNECTION],
      getControlSignals: [CONNECTION],
      getInfo: [CONNECTION],
      send: [CONNECTION, DATA],
      setBreak: [CONNECTION],
      setControlSignals: [CONNECTION, param("signals", OBJECT)],
      setPaused: [CONNECTION, param("paused", BOOLEAN)],
      update: [CONNECTION, OPTIONS],
    },
  },
};

const USB: Idle = {
  finds: { findDevices: [OPTIONS], getDevices: [OPTIONS], getUserSelectedDevices: [OPTIONS] },
  fails: {
    [NO_USB_DEVICE]: {
      getConfigurations: [DEVICE],
      openDevice: [DEVICE],
      requestAccess: [DEVICE, param("interfaceId", INTEGER)],
    },
    [NO_USB_CONNECTION]: {
      bulkTransfer: [HANDLE, TRANSFER],
      claimInterface: [HANDLE, NUMBER_OF_INTERFACE],
      closeDevice: [HANDLE],
      controlTransfer: [HANDLE, TRANSFER],
      getConfiguration: [HANDLE],
      interruptTransfer: [HANDLE, TRANSFER],
      isochronousTransfer: [HANDLE, TRANSFER],
      listInterfaces: [HANDLE],
      releaseInterface: [HANDLE, NUMBER_OF_INTERFACE],
      resetDevice: [HANDLE],
      setConfiguration: [HANDLE, param("configurationValue", INTEGER)],
      setInterfaceAlternateSetting: [HANDLE, NUMBER_OF_INTERFACE, param("alternateSetting", INTEGER)],
    },
  },
};

const HID: Idle = {
  finds: { getDevices: [OPTIONS] },
  fails: {
    [NO_HID_DEVICE]: { connect: [param("deviceId", INTEGER)] },
    [NO_HID_CONNECTION]: {
      disconnect: [CONNECTION],
      receive: [CONNECTION],
      receiveFeatureReport: [CONNECTION, param("reportId", INTEGER)],
      send: [CONNECTION, param("reportId", INTEGER), DATA],
      sendFeatureReport: [CONNECTION, param("reportId", INTEGER), DATA],
    },
  },
};

function functionsOf({ finds, fails }: Idle): Record<string, ApiFunction> {
  const all = Object.assign({}, finds, ...Object.values(fails)) as Record<string, readonly Param[]>;
  return Object.fromEntries(Object.entries(all).map(([name, params]) => [name, asynchronous(...params)]));
}

function implementationsOf(
  realm: Realm,
  space: string,
  { finds, fails }: Idle,
): Record<string, Implementation> {
  const all: Record<string, Implementation> = {};
  for (const name of Object.keys(finds)) all[`${space}.${name}`] = answer(realm, () => []);
  for (const [text, functions] of Object.entries(fails)) {
    for (const name of Object.keys(functions)) all[`${space}.${name}`] = refused(realm, text);
  }
  return all;
}

const HID_FUNCTIONS = functionsOf(HID);
const PLUGGED = ["onDeviceAdded", "onDeviceRemoved"];

export const devices: Platform = {
  namespaces: {
    serial: namespace({
      requires: "permission:serial",
      functions: functionsOf(SERIAL),
      events: ["onReceive", "onReceiveError"],
      enums: {
        DataBits: enumOf("seven", "eight"),
        ParityBit: enumOf("no", "odd", "even"),
        ReceiveError: enumOf(
          ...["disconnected", "timeout", "device_lost", "break", "frame_error", "overrun"],
          ...["buffer_overflow", "parity_error", "system_error"],
        ),
        SendError: enumOf("disconnected", "pending", "timeout", "system_error"),
        StopBits: enumOf("one", "two"),
      },
    }),
    usb: namespace({
      requires: "permission:usb",
      functions: functionsOf(USB),
      events: PLUGGED,
      enums: {
        Direction: enumOf("in", "out"),
        Recipient: enumOf("device", "interface", "endpoint", "other"),
        RequestType: enumOf("standard", "class", "vendor", "reserved"),
        SynchronizationType: enumOf("asynchronous", "adaptive", "synchronous"),
        TransferType: enumOf("control", "interrupt", "isochronous", "bulk"),
        UsageType: enumOf("data", "feedback", "explicitFeedback", "periodic", "notification"),
      },
    }),
    hid: namespace({
      requires: "permission:hid",
      functions: {
        ...HID_FUNCTIONS,
        receive: { params: [CONNECTION], callback: { optional: false, promise: false, params: [] } },
      },
      events: PLUGGED,
    }),
  },
  implement: (realm) => ({
    ...implementationsOf(realm, "serial", SERIAL),
    ...implementationsOf(realm, "usb", USB),
    ...implementationsOf(realm, "hid", HID),
  }),
};
