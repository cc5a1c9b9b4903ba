package io.granary.bridge.retrieval;

/**
 * How far blocks are read ahead; reference.conf says what each means.
 *
 * @param threads that read and hash, for all answers
 * @param waitingMax reads that wait for a thread, of all answers
 * @param bytesOfAnswerMax of blocks that are read or being read, of one answer
 */
public record ReadAheadSettings(int threads, int waitingMax, int bytesOfAnswerMax) {
  private static final String PATH = "granary.network-bridge.retrieval.read-ahead.";

  public ReadAheadSettings {
    positive(threads, "threads");
    positive(waitingMax, "waiting-max");
    positive(bytesOfAnswerMax, "bytes-of-answer-max");
  }

  private static void positive(int value, String key) {
    if (value < 1) {
      throw new IllegalArgumentException(PATH + key + ": must be positive, got " + value);
    }
  }
}
