/** Where waiting comes from. */
export interface Timer {
  /** Calls `run` after so many seconds, unless the function that it gives was called before. */
  after(seconds: number, run: () => void): () => void;
}
