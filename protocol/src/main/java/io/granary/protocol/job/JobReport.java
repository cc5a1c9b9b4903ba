package io.granary.protocol.job;

/** What an entity hears of a job it asked for. */
public sealed interface JobReport {
  JobId id();

  long attempt();

  /** The name of the worker node that speaks. */
  String worker();

  record Started(JobId id, long attempt, String worker) implements JobReport {}

  /** {@code percent} 0 to 100 inside {@code stage}; progress is for people and never persisted. */
  record Progress(JobId id, long attempt, String worker, String stage, int percent)
      implements JobReport {}

  record Succeeded(JobId id, long attempt, String worker, JobOutput output, long millis)
      implements JobReport {}

  record Failed(JobId id, long attempt, String worker, JobFailure failure, long millis)
      implements JobReport {}
}
