package io.granary.ops.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.transfer.HttpDealFetcher;
import io.granary.bridge.transfer.Staging;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealRefusal;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.winning.WinningFixtures;
import io.granary.sharding.deal.DealReply;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingSweepTest {
  private static final String HERE = "path-1";

  @TempDir Path root;
  private Staging staging;
  private HttpDealFetcher fetcher;
  private final Map<DealId, DealState.Known> deals = new HashMap<>();
  private final List<DealId> asked = new ArrayList<>();
  private boolean chainIsAway;
  private Optional<DealId> silent = Optional.empty();
  private Set<String> processes = Set.of();

  @BeforeEach
  void begin() {
    staging = Staging.open(HERE, root);
    fetcher = new HttpDealFetcher(TransferSettings.from(ConfigFactory.load()), staging);
  }

  @AfterEach
  void end() {
    fetcher.close();
  }

  private StagingSweep sweep(int dealsMax) {
    return StagingSweep.still(
        new StagingSweep.Ports(
            staging,
            HERE,
            (deal, command) -> answer(deal),
            chain(),
            fetcher,
            () -> processes,
            Duration.ofSeconds(20)),
        new StagingSweepSettings(Duration.ofHours(1), dealsMax));
  }

  private CompletionStage<DealReply> answer(DealId deal) {
    asked.add(deal);
    if (silent.filter(deal::equals).isPresent()) {
      return CompletableFuture.failedStage(new TimeoutException("no answer"));
    }
    return CompletableFuture.completedStage(
        new DealReply.StateIs(Optional.ofNullable(deals.get(deal)), 1, ""));
  }

  private ChainGateway chain() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "head" ->
                      chainIsAway
                          ? CompletableFuture.failedStage(
                              new ChainException(ChainException.CONNECTION_LOST, "no node"))
                          : CompletableFuture.completedStage(
                              WinningFixtures.tipSet(DealFixtures.HEAD, 0, 1));
                  default -> throw new AssertionError("not asked here: " + method);
                });
  }

  private static DealId id(int number) {
    return new DealId(new UUID(0, number));
  }

  /** Data and note of a deal. */
  private DealId staged(int number) throws IOException {
    Path folder = root.resolve(Staging.FOLDER);
    Files.writeString(folder.resolve(id(number) + ".data"), "data");
    Files.writeString(folder.resolve(id(number) + ".note"), "{}");
    return id(number);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(Staging.FOLDER))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static DealState.Known verified(String storageId) {
    return new DealState.Verified(
        DealFixtures.onlineTerms(), new StagedFile(storageId, "deal-staging/x.data", 4));
  }

  private static DealState.Known ended() {
    return new DealState.Rejected(DealFixtures.onlineTerms(), DealRefusal.PRICE, "too cheap");
  }

  @Test
  void deletesWhatNoDealNeeds_andNothingElse() throws IOException {
    deals.put(staged(1), verified(HERE));
    deals.put(staged(2), verified("path-2"));
    deals.put(staged(3), ended());
    DealId unknown = staged(4);
    Files.writeString(root.resolve(Staging.FOLDER).resolve("notes.txt"), "mine");
    try (StagingSweep sweep = sweep(10)) {
      sweep.round();
    }
    assertThat(files())
        .containsExactly(
            id(1) + ".data", id(1) + ".note", unknown + ".data", unknown + ".note", "notes.txt");
    assertThat(asked).containsExactly(id(1), id(2), id(3), unknown);
  }

  @Test
  void goesOnWhereItStopped_whenThereAreMoreThanARoundAsks() throws IOException {
    for (int i = 1; i <= 3; i++) {
      deals.put(staged(i), verified(HERE));
    }
    try (StagingSweep sweep = sweep(2)) {
      sweep.round();
      assertThat(asked).containsExactly(id(1), id(2));
      sweep.round();
      assertThat(asked).containsExactly(id(1), id(2), id(3));
      sweep.round();
    }
    assertThat(asked).containsExactly(id(1), id(2), id(3), id(1), id(2));
    assertThat(files()).hasSize(6);
  }

  @Test
  void endsItsRound_atTheFirstDealThatDoesNotAnswer() throws IOException {
    for (int i = 1; i <= 3; i++) {
      deals.put(staged(i), ended());
    }
    silent = Optional.of(id(2));
    try (StagingSweep sweep = sweep(10)) {
      sweep.round();
      assertThat(asked).containsExactly(id(1), id(2));
      sweep.round();
      assertThat(asked).as("behind the silent one").containsExactly(id(1), id(2), id(3));
      silent = Optional.empty();
      sweep.round();
    }
    assertThat(files()).isEmpty();
  }

  /** This process is 1, one that lives is 2, the others are gone. */
  private void share() {
    staging = Staging.shared(HERE, root, 1);
    fetcher.close();
    fetcher = new HttpDealFetcher(TransferSettings.from(ConfigFactory.load()), staging);
    processes = Set.of(Staging.processName(1), Staging.processName(2));
  }

  /** What a process has of the one deal; the name of its data. */
  private String part(int process, int syncedBytes) throws IOException {
    Path folder = root.resolve(Staging.FOLDER);
    String name = id(1) + "." + Staging.processName(process) + "-1";
    Files.write(folder.resolve(name + ".data"), new byte[syncedBytes]);
    Files.writeString(
        folder.resolve(name + ".note"),
        "{\"source\":\"s\",\"totalBytes\":900,\"syncedBytes\":" + syncedBytes + "}");
    return name + ".data";
  }

  private List<String> dataAfter(int rounds) throws IOException {
    try (StagingSweep sweep = sweep(10)) {
      for (int i = 0; i < rounds; i++) {
        sweep.round();
      }
    }
    return files().stream().filter(name -> name.endsWith(".data")).toList();
  }

  private static DealState.Known fetching(long receivedBytes) {
    return new DealState.Transferring(
        DealFixtures.onlineTerms(),
        new TransferProgress(receivedBytes, 900, 0, Optional.empty()),
        Optional.empty());
  }

  @Test
  void deletesWhatTheDeadLeft_onceThisNodeHasAsMuch() throws IOException {
    share();
    String ours = part(1, 500);
    String living = part(2, 300);
    part(3, 400);
    String more = part(4, 600);
    deals.put(id(1), fetching(500));
    assertThat(dataAfter(1)).as("it may be about to join").hasSize(4);
    assertThat(dataAfter(2)).containsExactly(ours, living, more);
    assertThat(files()).as("with its note").hasSize(6);
  }

  @Test
  void keepsWhatTheDeadLeft_whileLessIsSafeHereThanTheDealKnowsOf() throws IOException {
    share();
    part(1, 500);
    part(3, 400);
    deals.put(id(1), fetching(501));
    assertThat(dataAfter(3)).hasSize(2);
  }

  @Test
  void keepsWhatTheDeadLeft_whenTheirDealIsUnknown() throws IOException {
    share();
    part(1, 500);
    part(3, 400);
    assertThat(dataAfter(3)).hasSize(2);
  }

  @Test
  void keepsTheDealsOwnFile_thoughItsWriterIsDead() throws IOException {
    share();
    String living = part(2, 300);
    String own = part(3, 900);
    part(4, 900);
    deals.put(
        id(1),
        new DealState.Verified(
            DealFixtures.onlineTerms(), new StagedFile(HERE, Staging.FOLDER + "/" + own, 900)));
    assertThat(dataAfter(2)).containsExactly(living, own);
  }

  @Test
  void keepsWhatTheDeadLeft_whenTheDealsOwnFileIsCutOff() throws IOException {
    share();
    String own = part(3, 899);
    part(4, 900);
    deals.put(
        id(1),
        new DealState.Verified(
            DealFixtures.onlineTerms(), new StagedFile(HERE, Staging.FOLDER + "/" + own, 900)));
    assertThat(dataAfter(2)).hasSize(2);
  }

  @Test
  void keepsWhatAProcessLeft_whenItIsBack() throws IOException {
    share();
    part(1, 500);
    part(3, 400);
    deals.put(id(1), fetching(500));
    try (StagingSweep sweep = sweep(10)) {
      sweep.round();
      processes = Set.of(Staging.processName(1), Staging.processName(3));
      sweep.round();
      processes = Set.of(Staging.processName(1));
      sweep.round();
      assertThat(files()).hasSize(4);
      sweep.round();
      assertThat(files()).hasSize(2);
    }
  }

  @Test
  void keepsEverything_whenTheChainIsAway() throws IOException {
    deals.put(staged(1), ended());
    try (StagingSweep sweep = sweep(10)) {
      chainIsAway = true;
      sweep.round();
      assertThat(files()).hasSize(2);
      chainIsAway = false;
      sweep.round();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesARoundOfNoDeals() {
    assertThatThrownBy(
            () ->
                StagingSweepSettings.from(
                    ConfigFactory.load(
                        ConfigFactory.parseString("granary.node.staging-sweep.deals-max = 0"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("granary.node.staging-sweep.deals-max: at least 1, not 0");
  }
}
