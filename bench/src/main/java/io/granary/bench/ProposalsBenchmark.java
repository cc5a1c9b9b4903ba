package io.granary.bench;

import akka.actor.typed.ActorSystem;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.deal.DealParams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Deal proposals a second, over libp2p on loopback, each on a stream of its own, its signature
 * checked, its acceptance in Cassandra when the client hears of it; every deal is new, and each
 * round has a provider with none under way at first. 16 clients ask at once, as many as the desk
 * judges at once.
 *
 * <p>Divided by what the same Cassandra takes in the same run, by turns, of single durable writes:
 * bare entities persist one event of a proposal's bytes each, as many at once. That is the least
 * that an acceptance can cost. Ours also reads the deal's empty journal and the list of deals under
 * way, claims the proposal by a lightweight transaction (Paxos: four rounds) and adds it to that
 * list, so that a third or so of the bare rate cannot be had; the goal allows for ten writes.
 *
 * <p>The value is that of secp256k1 clients, the kind that Boost's and most wallets make. Half of
 * them BLS, and what the signature checks alone take of one core, are printed beside it.
 */
final class ProposalsBenchmark implements Benchmark {
  private static final int CLIENTS = 16;
  private static final int PROPOSALS_MAX = 900;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 8;
  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int MIXED_PROPOSALS = 200;
  private static final long CHECK_NANOS = 500_000_000;

  @Override
  public String name() {
    return "proposals";
  }

  @Override
  public String summary() {
    return "deal proposals accepted a second over libp2p ÷ single durable writes";
  }

  @Override
  public String against() {
    return "a bare EventSourcedBehavior on the same Cassandra, events of a proposal's size";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(0.1);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    try (BenchStore store = BenchStore.start(report);
        ProposalSide ours = new ProposalSide(store.system(), store.open().dealBook(), CLIENTS)) {
      return measure(report, store.system(), ours);
    }
  }

  private static double measure(Report report, ActorSystem<?> system, ProposalSide ours)
      throws IOException, InterruptedException {
    ProposalMaker maker = new ProposalMaker();
    int bytes = maker.proposals(1, Signature.Kind.SECP256K1).get(0).toCbor().length();
    BareSide bare = new BareSide(system, CLIENTS, bytes);
    report.line(
        "%d at once, a proposal is %d bytes; %d rounds of %d s after %d to warm up",
        CLIENTS, bytes, ROUNDS, WINDOW.toSeconds(), WARM_UP_ROUNDS);
    Samples deals = new Samples();
    Samples writes = new Samples();
    Samples ratios = new Samples();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      List<DealParams> fresh = maker.proposals(PROPOSALS_MAX, Signature.Kind.SECP256K1);
      boolean oursFirst = round % 2 == 0;
      double first = oursFirst ? ours.run(fresh, WINDOW) : window(bare, round);
      double second = oursFirst ? window(bare, round) : ours.run(fresh, WINDOW);
      double accepted = oursFirst ? first : second;
      double persisted = oursFirst ? second : first;
      if (round >= WARM_UP_ROUNDS) {
        deals.add(accepted);
        writes.add(persisted);
        ratios.add(accepted / persisted);
      }
    }
    line(report, "proposals", deals);
    line(report, "bare writes", writes);
    report.line(
        "ratio by round: median %.3f, quartiles %.3f to %.3f",
        ratios.median(), ratios.quantile(0.25), ratios.quantile(0.75));
    mixed(report, maker, ours);
    return ratios.median();
  }

  private static void line(Report report, String name, Samples samples) {
    report.line(
        "%-12s median %6.0f a second, quartiles %.0f to %.0f",
        name, samples.median(), samples.quantile(0.25), samples.quantile(0.75));
  }

  private static void mixed(Report report, ProposalMaker maker, ProposalSide ours)
      throws IOException, InterruptedException {
    double mixed =
        ours.run(
            maker.proposals(MIXED_PROPOSALS, Signature.Kind.SECP256K1, Signature.Kind.BLS), WINDOW);
    report.line("half of the clients with BLS keys: %.0f proposals a second", mixed);
    for (Signature.Kind kind : List.of(Signature.Kind.SECP256K1, Signature.Kind.BLS)) {
      report.line(
          "%s signature checks alone, one thread: %.0f a second",
          kind, maker.checksPerSecond(kind, CHECK_NANOS));
    }
  }

  private static double window(PersistSide side, int round) throws InterruptedException {
    Window window = new Window(side.entities());
    for (int i = 0; i < side.entities(); i++) {
      side.drive(i, window, "driver-" + round + "-" + i);
    }
    return window.run(WINDOW);
  }
}
