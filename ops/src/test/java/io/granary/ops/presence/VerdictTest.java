package io.granary.ops.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final PeerId ONE = Identity.generate().peerId();
  private static final PeerId OTHER = Identity.generate().peerId();
  private static final Multiaddr A = Multiaddr.parse("/dns4/a.example/tcp/4001");
  private static final Multiaddr B = Multiaddr.parse("/dns4/b.example/tcp/4001");
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private static PeerCard card(String node, PeerId id, Multiaddr... addresses) {
    return new PeerCard(node, id, List.of(addresses));
  }

  private static ChainRecord chain(PeerId id, Multiaddr... addresses) {
    return new ChainRecord(Optional.of(id.toString()), List.of(addresses), List.of());
  }

  private static Verdict verdict(ChainRecord chain, PeerCard... cards) {
    return Verdict.of(chain, List.of(cards), address -> false);
  }

  @Test
  void findsNothing_whenChainAndNodesAgree() {
    assertThat(verdict(chain(ONE, A, B), card("n1", ONE, A), card("n2", ONE, B)))
        .isEqualTo(new Verdict(List.of(), Optional.empty(), Optional.empty()));
  }

  @Test
  void wantsPeerAndAddresses_whenChainNamesNone() {
    ChainRecord none = new ChainRecord(Optional.empty(), List.of(), List.of());
    Verdict verdict = verdict(none, card("n1", ONE, A), card("n2", ONE, B));
    assertThat(verdict.peer()).contains(ONE);
    assertThat(verdict.addresses()).contains(List.of(A, B));
    assertThat(none.isUseless()).isTrue();
    assertThat(verdict.problems()).hasSize(4).allMatch(text -> text.contains("chain"));
  }

  @Test
  void replacesPeer_whenAllNodesAreAnother() {
    Verdict verdict = verdict(chain(ONE, A), card("n1", OTHER, A));
    assertThat(verdict.peer()).contains(OTHER);
    assertThat(verdict.problems())
        .singleElement()
        .asString()
        .contains("n1", OTHER.toString(), ONE.toString());
  }

  @Test
  void keepsPeerOfChain_whenOneNodeStillHasIt() {
    Verdict verdict = verdict(chain(ONE, A), card("n1", ONE, A), card("n2", OTHER, B));
    assertThat(verdict.peer()).isEmpty();
    assertThat(verdict.addresses()).isEmpty();
    assertThat(verdict.problems()).singleElement().asString().contains("node n2");
  }

  @Test
  void changesNothing_whenNodesDoNotAgree() {
    PeerId third = Identity.generate().peerId();
    Verdict verdict = verdict(chain(third, A), card("n1", ONE, A), card("n2", OTHER, B));
    assertThat(verdict.peer()).isEmpty();
    assertThat(verdict.addresses()).isEmpty();
    assertThat(verdict.problems()).hasSize(3);
    assertThat(verdict.problems().get(0)).contains("do not agree", "libp2p.key");
  }

  @Test
  void addsMissingAddress_andKeepsThatOfANodeWhichIsAway() {
    Verdict verdict = verdict(chain(ONE, A), card("n2", ONE, B));
    assertThat(verdict.addresses()).contains(List.of(A, B));
    assertThat(verdict.problems()).containsExactly("the chain does not name the address " + B);
  }

  @Test
  void dropsAddress_whenNobodyHadItForLong() {
    Verdict verdict =
        Verdict.of(chain(ONE, A, B), List.of(card("n2", ONE, B)), address -> address.equals(A));
    assertThat(verdict.addresses()).contains(List.of(B));
  }

  @Test
  void rewritesAddresses_whenOneOnChainIsNoMultiaddr() {
    ChainRecord broken =
        new ChainRecord(Optional.of(ONE.toString()), List.of(A), List.of(Bytes.fromHex("ffffff")));
    Verdict verdict = verdict(broken, card("n1", ONE, A));
    assertThat(verdict.addresses()).contains(List.of(A));
    assertThat(verdict.problems()).singleElement().asString().contains("no multiaddrs");
    assertThat(broken.isUseless()).isTrue();
  }

  @Test
  void saysWhatToSet_whenNoAddressIsKnown() {
    Verdict verdict = verdict(chain(ONE, A), card("n1", ONE));
    assertThat(verdict.addresses()).isEmpty();
    assertThat(verdict.problems()).singleElement().asString().contains("libp2p.announce");
  }

  @Test
  void keepsToBytesOfChain_whenNodesHaveMoreAddresses() {
    List<Multiaddr> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(Multiaddr.parse("/dns4/node-" + (100 + i) + ".example.com/tcp/4001"));
    }
    Verdict verdict = verdict(chain(ONE, A), new PeerCard("n1", ONE, many));
    List<Multiaddr> wanted = verdict.addresses().orElseThrow();
    int bytes = wanted.stream().mapToInt(address -> address.bytes().length).sum();
    assertThat(bytes).isBetween(Verdict.ADDRESS_BYTES_MAX - 2 * 30, Verdict.ADDRESS_BYTES_MAX);
    assertThat(wanted).doesNotContain(A).isSubsetOf(many);
    assertThat(verdict.problems()).anyMatch(text -> text.contains("does not fit"));
  }

  @Test
  void waitsForPatience_beforeAnythingIsPutRight() {
    Differences differences =
        new Differences(
            new PresenceSettings(
                true, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofHours(24)),
            Map.of(),
            NOW);
    ChainRecord chain = chain(ONE, A);
    List<PeerCard> cards = List.of(card("n2", ONE, B));
    assertThat(differences.judge(chain, cards, NOW).addresses()).isPresent();
    assertThat(differences.isDue(chain, NOW)).isFalse();
    Instant later = NOW.plus(Duration.ofMinutes(5));
    assertThat(differences.judge(chain, cards, later).addresses()).contains(List.of(A, B));
    assertThat(differences.isDue(chain, later)).isTrue();
    Instant nextDay = NOW.plus(Duration.ofHours(24));
    assertThat(differences.judge(chain, cards, nextDay).addresses()).contains(List.of(B));
    assertThat(differences.isDue(chain, nextDay)).as("another change").isFalse();
  }

  @Test
  void readsBackCard_andRefusesWhatIsNone() {
    PeerCard card = card("n1", ONE, A, B);
    assertThat(PeerCard.parse(card.toText())).isEqualTo(card);
    assertThatThrownBy(() -> PeerCard.parse("n1"))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining("peer id");
  }
}
