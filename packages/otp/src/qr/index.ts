export { qrDataUri, qrPng, qrPngBase64 } from './qr-png.ts';
export { qrSvg } from './qr-svg.ts';
export { qrTerminal } from './qr-terminal.ts';
export type { QrTerminalOptions } from './qr-terminal.ts';
export type { QrOptions } from './qr-modules.ts';
