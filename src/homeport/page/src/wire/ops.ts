// The numbers and limits of docs/wire.md.

export const RECEIVE = 1;
export const DATAGRAM = 2;
export const SEND = 3;
export const SENDTO = 4;
export const ITEMS = 5;
export const SENT = 6;
export const CREDIT = 7;
export const CALL = 8;
export const ITEM = 9;
export const SENDPART = 10;
export const KEPT = 11;

export const VERSION = 1;
/** A message that holds this much is closed, and another one begun; also the most data in one record. */
export const CUT = 256 * 1024;
/** Acknowledge after so many messages or bytes. */
export const ACK_MESSAGES = 32;
export const ACK_BYTES = 1024 * 1024;
/** The most bytes of one socket that the page answers for, before it hears that they are sent. */
export const MOST_PROMISED = 512 * 1024;
/** The most data that one send may have; the page answers more itself. */
export const MOST_SEND = 200 * 1024 * 1024;

export type SocketNamespace = "tcp" | "udp" | "tcpServer";

/** The other side broke the protocol. */
export class ProtocolError extends Error {}
