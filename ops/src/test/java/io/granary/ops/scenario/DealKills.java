package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.client.ClientException;
import io.granary.ops.client.NodeException;
import io.granary.ops.stage.DealDrafts;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deals flow into a node that is killed with SIGKILL again and again, at moments that a seed draws:
 * while a proposal is judged, claimed, stored, answered, while data arrives, while nothing happens.
 * So that a slow machine meets transfers, too, some of the moments are drawn from when one runs. A
 * client that got no answer proposes the same again to the next life. In the end each deal is
 * looked at.
 */
final class DealKills {
  private static final Logger LOG = LoggerFactory.getLogger(DealKills.class);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Proposed in each life, one after the other. */
  private static final int DEALS_A_LIFE = 2;

  /** A life ends so long after it is ready, at most. Proposals and transfers take about as long. */
  private static final int LIFE_MILLIS_MAX = 2500;

  /** A transfer outlasts most lives: see {@link SlowFiles}. */
  private static final int DATA_BYTES = 1800;

  /** Each so manieth life ends at most so long after some transfer has brought bytes. */
  private static final int AIMED_EVERY = 4;

  private static final int AIMED_MILLIS_MAX = 500;

  /** Of so many kills one at least meets a transfer that has brought bytes, on any machine. */
  private static final int KILLS_FOR_RESUMED = 2 * AIMED_EVERY;

  private final Stage stage;
  private final DealClient client;
  private final SlowFiles files;
  private final SplittableRandom random;
  private final List<DealParams> proposed = new ArrayList<>();
  private final Map<DealId, byte[]> data = new HashMap<>();
  private final Set<DealId> accepted = ConcurrentHashMap.newKeySet();

  DealKills(Stage stage, DealClient client, SlowFiles files, long seed) {
    this.stage = stage;
    this.client = client;
    this.files = files;
    this.random = new SplittableRandom(seed);
  }

  /** Lives and dies so often, then lives until all data is there, and looks at each deal. */
  void run(int kills) throws Exception {
    Set<DealId> before = listed();
    for (int life = 0; life < kills; life++) {
      for (int i = 0; i < DEALS_A_LIFE; i++) {
        draft("life " + life + " deal " + i);
      }
      boolean aimed = life % AIMED_EVERY == AIMED_EVERY - 1;
      int millis = random.nextInt(aimed ? AIMED_MILLIS_MAX : LIFE_MILLIS_MAX);
      int answered = accepted.size();
      CompletableFuture<Void> proposing = CompletableFuture.runAsync(this::proposeUnanswered);
      if (aimed) {
        await().atMost(LIMIT).until(this::someTransferHasBytes);
      }
      Thread.sleep(millis);
      stage.restart();
      proposing.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info(
          "kill {} after {} ms: {} deals accepted since the last, {} of {} in all",
          life,
          millis,
          accepted.size() - answered,
          accepted.size(),
          proposed.size());
    }
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              proposeUnanswered();
              assertThat(accepted).hasSize(proposed.size());
            });
    int resumed = 0;
    for (DealParams deal : proposed) {
      check(deal);
      resumed += files.ranges(name(deal)).stream().anyMatch(range -> !range.isEmpty()) ? 1 : 0;
    }
    Set<DealId> now = listed();
    now.removeAll(before);
    assertThat(now).as("deals there are").isEqualTo(accepted);
    LOG.info("{} kills, {} deals, {} of them went on by range", kills, proposed.size(), resumed);
    if (kills >= KILLS_FOR_RESUMED) {
      assertThat(resumed).as("deals of %s that went on by range", proposed.size()).isPositive();
    }
  }

  private boolean someTransferHasBytes() {
    return accepted.stream()
        .map(client::events)
        .anyMatch(
            events -> events.contains("DataReceived") && !events.contains("TransferCompleted"));
  }

  private void draft(String name) {
    byte[] bytes = new byte[DATA_BYTES];
    random.nextBytes(bytes);
    DealId id = DealDrafts.id(name);
    data.put(id, bytes);
    proposed.add(client.draft(name, bytes, files.serve(id.toString(), bytes)));
  }

  private static String name(DealParams deal) {
    return deal.id().toString();
  }

  /** Until all have their answer or the node is gone. */
  private void proposeUnanswered() {
    try {
      for (DealParams deal : proposed) {
        if (!accepted.contains(deal.id())) {
          assertThat(client.propose(deal)).as("deal %s", deal.id()).isEqualTo(DealResponse.yes());
          accepted.add(deal.id());
        }
      }
    } catch (ClientException | NodeException e) {
      LOG.info("no answer: {}", e.getMessage());
    }
  }

  private void check(DealParams deal) throws IOException {
    String what = "deal " + deal.id();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(client.events(deal.id())).contains("PieceVerified"));
    List<String> events = client.events(deal.id());
    assertThat(events)
        .as("events of %s", what)
        .doesNotContain("DealRejected", "TransferRestarted", "PieceMismatched", "DealFailed");
    for (String once : List.of("DealProposed", "DealAccepted", "TransferCompleted")) {
      assertThat(events).as("%s of %s", once, what).containsOnlyOnce(once);
    }
    if (files.ranges(name(deal)).stream().anyMatch(range -> !range.isEmpty())) {
      assertThat(events.indexOf("DataReceived"))
          .as("%s went on where its events say", what)
          .isBetween(0, events.indexOf("TransferCompleted"));
    }
    assertThat(files.offsets(name(deal))).as("where %s went on", what).isSorted();
    assertThat(Files.readAllBytes(stage.file("storage/deal-staging/" + deal.id() + ".data")))
        .as("staged for %s", what)
        .isEqualTo(data.get(deal.id()));
    DealParams twin =
        new DealParams(
            DealDrafts.id("twin of " + deal.id()),
            deal.transfer(),
            deal.offline(),
            deal.dataRoot(),
            deal.skipIpniAnnounce(),
            deal.proposal(),
            deal.removeUnsealedCopy());
    assertThat(client.propose(twin).message()).contains("identical to deal " + deal.id());
  }

  private Set<DealId> listed() {
    Set<DealId> all = new TreeSet<>();
    for (JsonNode row : stage.client().get("/v1/deals?limit=1000").path("deals")) {
      all.add(DealId.parse(row.path("deal").asText()));
    }
    return new HashSet<>(all);
  }
}
