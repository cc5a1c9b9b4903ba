package io.granary.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.io.IOException;

/**
 * What one sector costs when its deadline is scheduled, from challenge to landing: processor time
 * and memory of a deadline of a million sectors, for each of them, against one of a hundred
 * thousand. No proof is made: chain, pool and sender answer at once. Events are turned into bytes
 * and dropped.
 */
final class ScheduleScaleBenchmark implements Benchmark {
  private static final long FEW = 100_000;
  private static final long MANY = 1_000_000;
  private static final int WARM_UP_ROUNDS = 8;
  private static final int ROUNDS = 5;
  private static final double NANOS = 1e9;

  private long deadlines;

  @Override
  public String name() {
    return "schedule-scale";
  }

  @Override
  public String summary() {
    return "cost of scheduling a sector: a deadline of 1,000,000 ÷ one of 100,000";
  }

  @Override
  public String against() {
    return "the same per sector in a deadline of 100,000 sectors";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(1.1);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), "bench", BenchSettings.withoutStore());
    try {
      return measure(report, system);
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private double measure(Report report, ActorSystem<?> system)
      throws IOException, InterruptedException {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      seconds(system, FEW);
    }
    seconds(system, MANY);
    Samples few = new Samples();
    Samples many = new Samples();
    Samples processor = new Samples();
    Samples memory = new Samples();
    for (int round = 0; round < ROUNDS; round++) {
      double small = 0;
      for (long done = 0; done < MANY; done += FEW) {
        small += seconds(system, FEW);
      }
      double large = seconds(system, MANY);
      few.add(small / MANY * NANOS);
      many.add(large / MANY * NANOS);
      processor.add(large / small);
      memory.add(bytes(system, MANY) / bytes(system, FEW));
    }
    report.line(
        "processor time a sector: %.0f ns of %d, %.0f ns of %d; ratio median %.3f, %.3f to %.3f",
        many.median(),
        MANY,
        few.median(),
        FEW,
        processor.median(),
        processor.quantile(0),
        processor.quantile(1));
    report.line(
        "memory a sector at its peak: ratio median %.3f, %.3f to %.3f",
        memory.median(), memory.quantile(0), memory.quantile(1));
    return Math.max(processor.median(), memory.median());
  }

  /** Processor seconds of this whole process, its garbage collector included. */
  private double seconds(ActorSystem<?> system, long sectors)
      throws IOException, InterruptedException {
    DeadlineLoad load = new DeadlineLoad(system, deadlines++, sectors);
    CpuTime.Spent before = spent();
    load.prove(() -> {});
    CpuTime.Spent used = spent().since(before);
    load.close();
    return used.user() + used.kernel();
  }

  private static CpuTime.Spent spent() throws IOException {
    return CpuTime.ofProcess(ProcessHandle.current().pid());
  }

  /** Bytes a sector holds while every partition is being proven. */
  private double bytes(ActorSystem<?> system, long sectors) throws InterruptedException {
    DeadlineLoad load = new DeadlineLoad(system, deadlines++, sectors);
    long before = used();
    long[] peak = new long[1];
    load.prove(() -> peak[0] = used());
    load.close();
    return (double) (peak[0] - before) / sectors;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
