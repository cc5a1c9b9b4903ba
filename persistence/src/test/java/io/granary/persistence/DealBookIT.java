package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.persistence.store.CassandraDealBook;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DealBookIT {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Address CLIENT = Address.ofId(2000);

  private static OwnKeyspace keyspace;
  private static DealBook book;

  @BeforeAll
  static void start() {
    keyspace = OwnKeyspace.make("deals");
    book = new CassandraDealBook(keyspace.session(), keyspace.name());
  }

  @AfterAll
  static void stop() {
    keyspace.close();
  }

  @Test
  void keepsTheFirstClaim_whenAnotherDealWantsTheProposal() throws Exception {
    ActorId provider = new ActorId(1);
    Cid proposal = Cid.dagCborBlake2b(Bytes.fromHex("01"));
    DealBook.Claim first = new DealBook.Claim(deal(1), NOW);
    assertThat(get(book.claim(provider, proposal, deal(1), NOW))).isEqualTo(first);
    assertThat(get(book.claim(provider, proposal, deal(2), NOW.plusSeconds(1)))).isEqualTo(first);
    assertThat(get(book.claim(provider, proposal, deal(1), NOW.plusSeconds(2)))).isEqualTo(first);
    assertThat(get(book.claim(new ActorId(2), proposal, deal(2), NOW)).holder()).isEqualTo(deal(2));
  }

  @Test
  void keepsTheFirstClaim_whenAnotherDealWantsTheAllocation() throws Exception {
    ActorId provider = new ActorId(5);
    DealBook.Claim first = new DealBook.Claim(deal(1), NOW);
    assertThat(get(book.allocationHolder(provider, 7))).isEmpty();
    assertThat(get(book.claimAllocation(provider, 7, deal(1), NOW))).isEqualTo(first);
    assertThat(get(book.claimAllocation(provider, 7, deal(2), NOW.plusSeconds(1))))
        .isEqualTo(first);
    assertThat(get(book.allocationHolder(provider, 7))).contains(first);
    assertThat(get(book.allocationHolder(provider, 8))).isEmpty();
    assertThat(get(book.allocationHolder(new ActorId(6), 7))).isEmpty();
  }

  @Test
  void tellsWhatIsUnderWay_whenDealsBeginAndEnd() throws Exception {
    ActorId provider = new ActorId(3);
    DealBook.UnderWay one = new DealBook.UnderWay(deal(1), CLIENT, 5, NOW);
    DealBook.UnderWay two = new DealBook.UnderWay(deal(2), CLIENT, 0, NOW);
    get(book.begin(provider, two).thenApply(done -> true));
    get(book.begin(provider, one).thenApply(done -> true));
    assertThat(get(book.underWay(provider))).containsExactly(one, two);
    get(book.end(provider, deal(1)).thenApply(done -> true));
    assertThat(get(book.underWay(provider))).containsExactly(two);
  }

  @Test
  void forgetsWhatADealNeeds_whenItIsPublished() throws Exception {
    ActorId provider = new ActorId(7);
    DealBook.Needs needs = new DealBook.Needs(TokenAmount.ofFil(3), 2048, TokenAmount.ofAtto(120));
    DealBook.UnderWay deal = new DealBook.UnderWay(deal(1), CLIENT, 5, needs, NOW);
    get(book.begin(provider, deal).thenApply(done -> true));
    assertThat(get(book.underWay(provider))).containsExactly(deal);
    get(book.published(provider, deal(1)).thenApply(done -> true));
    assertThat(get(book.underWay(provider)))
        .containsExactly(new DealBook.UnderWay(deal(1), CLIENT, 5, NOW));
    get(book.end(provider, deal(1)).thenApply(done -> true));
    get(book.published(provider, deal(1)).thenApply(done -> true));
    assertThat(get(book.underWay(provider))).as("what has ended").isEmpty();
  }

  @Test
  void knowsWhoseDealItIs_whenItHasARowOrIsUnderWay() throws Exception {
    ActorId provider = new ActorId(5);
    assertThat(get(book.client(provider, deal(1)))).isEmpty();
    get(
        book.begin(provider, new DealBook.UnderWay(deal(1), Address.ofId(2001), 0, NOW))
            .thenApply(done -> true));
    assertThat(get(book.client(provider, deal(1)))).contains(Address.ofId(2001));
    assertThat(get(book.hasRow(provider, deal(1)))).isFalse();
    get(book.put(provider, row(deal(1), "Verified", 5)).thenApply(done -> true));
    assertThat(get(book.client(provider, deal(1)))).contains(CLIENT);
    assertThat(get(book.hasRow(provider, deal(1)))).isTrue();
    assertThat(get(book.client(new ActorId(6), deal(1)))).isEmpty();
    assertThat(get(book.hasRow(new ActorId(6), deal(1)))).isFalse();
  }

  @Test
  void listsTheNewestRowsInPages_whateverOrderTheyCameIn() throws Exception {
    ActorId provider = new ActorId(4);
    DealId low = DealId.parse("00000000-0000-0000-0000-000000000009");
    DealId high = DealId.parse("ff000000-0000-0000-0000-000000000001");
    get(book.put(provider, row(high, "Active", 9)).thenApply(done -> true));
    get(book.put(provider, row(low, "Verified", 5)).thenApply(done -> true));
    get(book.put(provider, row(low, "Verifying", 4)).thenApply(done -> true));
    List<DealBook.Row> all = List.of(row(low, "Verified", 5), row(high, "Active", 9));
    assertThat(get(book.list(provider, Optional.empty(), 10))).isEqualTo(all);
    assertThat(get(book.list(provider, Optional.empty(), 1))).isEqualTo(all.subList(0, 1));
    assertThat(get(book.list(provider, Optional.of(low), 10))).isEqualTo(all.subList(1, 2));
  }

  @Test
  void keepsEveryVersionOfTheRules_andTheFirstOfTwoWithOneNumber() throws Exception {
    ActorId provider = new ActorId(5);
    assertThat(get(book.rules(provider, 1))).isEmpty();
    DealBook.Rules one = new DealBook.Rules(1, NOW, "{}");
    DealBook.Rules two = new DealBook.Rules(2, NOW.plusSeconds(1), "{\"ask.price\":\"0\"}");
    assertThat(get(book.putRules(provider, one))).isTrue();
    assertThat(get(book.putRules(provider, two))).isTrue();
    assertThat(get(book.putRules(provider, new DealBook.Rules(2, NOW, "{}")))).isFalse();
    assertThat(get(book.rules(provider, 1))).containsExactly(two);
    assertThat(get(book.rules(provider, 10))).containsExactly(two, one);
    assertThat(get(book.rules(new ActorId(6), 10))).isEmpty();
  }

  private static DealBook.Row row(DealId deal, String state, long sequence) {
    return new DealBook.Row(deal, state, sequence, NOW, CLIENT, "baga", 2048, 77, "");
  }

  private static DealId deal(long number) {
    return new DealId(new UUID(0, number));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
