/** Every number of this package that is a choice, with its source. A file comes from anywhere, and nothing in it may cost without end. */
export const limits = {
  /** A thousand entries with icons take about 2 MB in the largest format. */
  fileBytesMax: 8_388_608,
  /** An organisation's hardware tokens; an app has tens. */
  entriesMax: 10_000,
  /** Lines or rows that hold no entry count here: a password manager exports them too. */
  linesMax: 100_000,
  /** Of one message of a Google export: ten entries make one batch. */
  protobufFieldsMax: 20_000,
  /** Batches of one Google export: ten entries each. */
  batchesMax: 1_000,
  /** A name longer than that is cut: with it, a URI would be too long for a QR code. */
  nameCharactersMax: 200,
  /** A YubiKey keeps `issuer:account` in that many bytes of UTF-8. */
  nameBytesAdvised: 64,
  /** What `@tidelock/otp` computes; a test holds both against each other. */
  digitsMin: 6,
  digitsMax: 8,
  periodSecondsMin: 15,
  periodSecondsMax: 300,
  counterMax: 18_446_744_073_709_551_615n,
  /** Aegis writes N = 2^15, r = 8: 32 MiB. Four times that is allowed. */
  scryptMemoryBytesMax: 134_217_728,
  /** N · r · p over all slots of a file; one slot of Aegis is 2^18, about 0.1 s. */
  scryptCostMax: 4_194_304,
  /** 2FAS does 10 000 rounds, andOTP 140 000 to 160 000; a million take about a second. */
  pbkdf2RoundsMax: 1_000_000,
  /** RFC 6030 nests about twelve deep. */
  xmlDepthMax: 40,
  /** A key of RFC 6030 has about twenty elements. */
  xmlElementsMax: 400_000,
  /** A photograph or a screen of 8K is smaller on each side. */
  imageSideMax: 8_192,
  imagePixelsMax: 12_000_000,
  imagesMax: 100,
  /** A phone's screenshot takes under a second; noise of 12 million pixels took 143 s. For each image. */
  scanSecondsMax: 5,
  /** Of the heap of JavaScript; pixels stand outside of it. */
  scanMegabytesMax: 256,
  /** What Google Authenticator puts into one QR code. */
  googleBatchEntries: 10,
} as const;
