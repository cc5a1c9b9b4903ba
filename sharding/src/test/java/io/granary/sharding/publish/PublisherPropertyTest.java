package io.granary.sharding.publish;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Publication;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sender.MessageIntent;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/** Random batches, good deals and bad ones of every kind, and deaths at random moments. */
class PublisherPropertyTest {
  private static final AtomicLong PROVIDERS = new AtomicLong(20_000);
  private static final ActorTestKit KIT = PublishKit.create();

  /** What can be wrong with a deal. */
  private enum Kind {
    GOOD,
    STARTED,
    STARTS_SOON,
    FORGED,
    COLLATERAL_LOW,
    SAME_AGAIN,
    PUBLISHED_ELSEWHERE,
    POISON,
    POOR
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  @AfterContainer
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  private static final class World {
    final PublishStage stage =
        new PublishStage(KIT, PROVIDERS.incrementAndGet(), PublishStage.SETTINGS);
    final Set<DealId> good = new HashSet<>();
    final Set<DealId> poor = new HashSet<>();
    private final Random random;

    World(Random random, int deals) {
      this.random = random;
      for (int i = 0; i < deals; i++) {
        add(random.nextBoolean() ? Kind.GOOD : KINDS.get(random.nextInt(KINDS.size())));
      }
      stage.tick();
    }

    private void add(Kind kind) {
      DealProposal fine = stage.good();
      switch (kind) {
        case GOOD -> addGood(fine);
        case STARTED -> stage.add(startingAt(DealFixtures.HEAD - 1));
        case STARTS_SOON -> stage.add(startingAt(DealFixtures.HEAD + 60));
        case FORGED ->
            stage.add(new ClientDealProposal(fine, PublishStage.POOR.sign(fine.toCbor())));
        case COLLATERAL_LOW ->
            stage.add(stage.proposal(DealFixtures.CLIENT.address(), DealFixtures.HEAD + 5_760, 99));
        case SAME_AGAIN -> {
          addGood(fine);
          stage.add(signed(fine));
        }
        case PUBLISHED_ELSEWHERE -> {
          stage.market.pending.put(fine.cid(), 5L);
          stage.add(fine);
        }
        case POISON -> {
          stage.market.poison.add(fine.cid());
          stage.add(fine);
        }
        case POOR ->
            poor.add(
                stage.add(
                    stage.proposal(PublishStage.POOR.address(), DealFixtures.HEAD + 5_760, 120)));
      }
    }

    private void addGood(DealProposal fine) {
      good.add(stage.add(fine));
    }

    private static ClientDealProposal signed(DealProposal proposal) {
      return new ClientDealProposal(proposal, DealFixtures.CLIENT.sign(proposal.toCbor()));
    }

    private DealProposal startingAt(long epoch) {
      return stage.proposal(DealFixtures.CLIENT.address(), epoch, 120);
    }

    private boolean done() {
      return stage.published.keySet().containsAll(good)
          && stage.refused.size() + stage.published.size() + poor.size() == stage.deals.size();
    }

    void assertRight() {
      assertThat(done())
          .as(
              "published %s, refused %s, poor %s of %s",
              stage.published.size(), stage.refused, poor.size(), stage.deals.size())
          .isTrue();
      assertThat(stage.published.keySet()).isEqualTo(good);
      poor.forEach(
          deal -> assertThat(stage.ask(deal)).isInstanceOf(PublicationStanding.Waiting.class));
      stage.published.forEach(
          (deal, publication) ->
              assertThat(stage.market.pending.get(proposalOf(deal)))
                  .isEqualTo(publication.chainDealId()));
      assertThat(stage.published.values().stream().map(Publication::chainDealId))
          .doesNotHaveDuplicates();
    }

    private Cid proposalOf(DealId deal) {
      return Objects.requireNonNull(stage.deals.get(deal)).proposal().cid();
    }
  }

  @Property(tries = 25)
  void publishesExactlyTheGoodOnes_whenSomeAreBad(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int deals) {
    World world = new World(new Random(seed), deals);
    world.stage.liveUntil(() -> assertThat(world.done()).isTrue());
    world.assertRight();
    assertThat(world.stage.landed())
        .allMatch(report -> report.receipt().succeeded(), "no message was wasted");
  }

  @Property(tries = 25)
  void sendsEachBatchOnce_whenItDiesAtAnyMoment(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int deals) {
    World world = new World(new Random(seed), deals);
    world.stage.liveUntil(
        () -> {
          if (world.random.nextInt(3) == 0) {
            world.stage.kill();
          }
        },
        () -> assertThat(world.done()).isTrue());
    world.stage.tick();
    world.assertRight();
    Set<Cid> seen = new HashSet<>();
    assertThat(world.stage.changed()).isEmpty();
    for (MessageIntent intent : world.stage.submitted()) {
      for (ClientDealProposal signed :
          PublishStorageDealsParams.fromCbor(intent.message().params()).deals()) {
        assertThat(seen.add(signed.proposal().cid())).as("in one batch only").isTrue();
      }
    }
  }
}
