package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesInForceTest {
  private static final ActorId PROVIDER = new ActorId(1000);
  private static final Address CLIENT = Address.ofId(2000);

  private final MemoryDealBook book = new MemoryDealBook();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final RulesInForce rules = rules("");

  private RulesInForce rules(String more) {
    return new RulesInForce(
        DealsSettings.from(
                ConfigFactory.parseString(more)
                    .withFallback(
                        ConfigFactory.parseString(
                            "granary.deals { enabled = on, miner = f01000, ask.price = 7,"
                                + " clients.deny = [f03000], rules-kept = 5s }"))
                    .withFallback(ConfigFactory.load()))
            .orElseThrow(),
        book,
        () -> now);
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static TokenAmount price(RulesInForce.Rules rules) {
    return rules.acceptance().policy().ask().price();
  }

  @Test
  void goesByTheConfiguration_whileNothingIsSet() {
    RulesInForce.Rules configured = get(rules.latest());
    assertThat(configured.version()).isZero();
    assertThat(configured.set()).isEmpty();
    assertThat(price(configured)).isEqualTo(TokenAmount.ofAtto(7));
    assertThat(configured.acceptance().policy().denied()).containsExactly(Address.ofId(3000));
    assertThat(get(rules.history(10))).isEmpty();
  }

  @Test
  void setsWhatIsSet_andLeavesTheRestAsConfigured() {
    RulesInForce.Rules first =
        get(rules.change(
                0,
                Map.of(
                    "kinds.offline",
                    false,
                    "limits.staging-bytes-max",
                    "2 GiB",
                    "clients.under-way-max",
                    List.of("f02000=3"),
                    "duration-epochs-max",
                    600_000)))
            .orElseThrow();
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.since()).isEqualTo(now);
    assertThat(price(first)).isEqualTo(TokenAmount.ofAtto(7));
    assertThat(first.acceptance().policy().kinds().offline()).isFalse();
    assertThat(first.acceptance().policy().terms().durationMax()).isEqualTo(600_000);
    assertThat(first.acceptance().limits().stagingBytesMax()).isEqualTo(2L << 30);
    assertThat(first.acceptance().underWayMax(Set.of(CLIENT, Address.ofId(1)))).isEqualTo(3);
    assertThat(first.acceptance().underWayMax(Set.of(Address.ofId(1)))).isEqualTo(200);
    assertThat(get(rules("").latest())).as("on another node").isEqualTo(first);
    RulesInForce.Rules second = get(rules.change(1, Map.of("ask.price", "9"))).orElseThrow();
    assertThat(price(second)).isEqualTo(TokenAmount.ofAtto(9));
    assertThat(second.acceptance().policy().kinds().offline()).as("set no more").isTrue();
    assertThat(get(rules.history(10)).stream().map(DealBook.Rules::version))
        .containsExactly(2L, 1L);
    assertThat(RulesInForce.set(get(rules.history(1)).get(0))).isEqualTo(Map.of("ask.price", "9"));
    assertThat(get(rules.change(2, Map.of())).orElseThrow().acceptance().rules())
        .isEqualTo(rules("").configured().acceptance().rules());
  }

  @Test
  void setsNothing_whenSomebodyElseDidInBetween() {
    assertThat(get(rules.change(0, Map.of("ask.price", "8")))).isPresent();
    assertThat(get(rules("").change(0, Map.of("ask.price", "9")))).isEmpty();
    assertThat(get(rules.change(2, Map.of("ask.price", "9")))).as("no gap").isEmpty();
    assertThat(price(get(rules.latest()))).isEqualTo(TokenAmount.ofAtto(8));
  }

  @Test
  void looksAgain_whenWhatItHasIsOld() {
    RulesInForce other = rules("");
    assertThat(price(get(other.current()))).isEqualTo(TokenAmount.ofAtto(7));
    assertThat(get(rules.change(0, Map.of("ask.price", "8")))).isPresent();
    assertThat(price(get(rules.current()))).as("where it was set").isEqualTo(TokenAmount.ofAtto(8));
    now = now.plusMillis(4_999);
    assertThat(price(get(other.current()))).isEqualTo(TokenAmount.ofAtto(7));
    now = now.plusMillis(1);
    assertThat(price(get(other.current()))).isEqualTo(TokenAmount.ofAtto(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ask.price | -1 | granary.deals.ask.price: not negative",
        "ask.price | much | granary.deals.ask.price: ",
        "ask.piece-bytes-max | 100 | granary.deals.ask.piece-bytes-max: at least piece-bytes-min",
        "kinds.online | perhaps | kinds.online",
        "clients.deny | f01 | clients.deny",
        "duration-epochs-min | 1 | granary.deals.duration-epochs-min: at least 518400",
        "duration-epochs-max | 3680641 | granary.deals.duration-epochs-max: ",
        "limits.under-way-max | 10001 | granary.deals.limits.under-way-max: at most 10000",
        "limits.proposals-max | 5 | granary.deals.limits.proposals-max: is no rule",
        "miner | f01001 | granary.deals.miner: is no rule",
      })
  void namesTheKey_whenARuleIsRefused(String key, String value, String complaint) {
    assertThatThrownBy(() -> rules.change(0, Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
    assertThat(get(book.rules(PROVIDER, 1))).isEmpty();
  }

  @Test
  void namesTheKey_whenAListIsRefused() {
    for (String bad : List.of("f02000", "=5", "f02000=-1", "x=5")) {
      assertThatThrownBy(() -> rules.change(0, Map.of("clients.under-way-max", List.of(bad))))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("clients.under-way-max");
    }
  }

  @Test
  void judgesNothing_whenWhatIsSetDoesNotFitTheConfigurationAnyMore() {
    assertThat(get(rules.change(0, Map.of("ask.piece-bytes-max", "512")))).isPresent();
    CompletionStage<RulesInForce.Rules> failed =
        rules("granary.deals.ask.piece-bytes-min = 1024").current();
    assertThatThrownBy(() -> get(failed))
        .hasMessageContaining("version 1 of the rules")
        .hasMessageContaining("ask.piece-bytes-max");
  }
}
