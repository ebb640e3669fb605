// The one way in which a file may disappoint that is nobody's failure.

/** Thrown where no decoder of this browser, nor the fallback for HEIC, can read a file. */
export class Unreadable extends Error {}
