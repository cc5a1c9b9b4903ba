package io.granary.sharding.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.miner.SenderAddresses;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.MessagePurpose;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SenderChoiceTest {
  private static final ActorId MINER = new ActorId(1000);
  private static final Address OWNER = Address.ofId(100);
  private static final Address WORKER = Address.ofId(101);
  private static final Address FIRST = Address.ofId(102);
  private static final Address SECOND = Address.ofId(103);

  private final Set<Address> withoutKey = new HashSet<>();
  private final Set<Address> notInWallet = new HashSet<>();
  private final Map<Address, TokenAmount> balances = new HashMap<>();
  private final List<Address> balancesAsked = Collections.synchronizedList(new ArrayList<>());
  private boolean away;

  /** The key address behind an ID address. */
  private static Address key(Address id) {
    return Address.ofActor(Bytes.of(new byte[] {(byte) id.requireId().value()}));
  }

  private SenderChoice choice(String config) {
    ChainGateway chain =
        (ChainGateway)
            Proxy.newProxyInstance(
                ChainGateway.class.getClassLoader(),
                new Class<?>[] {ChainGateway.class},
                (proxy, method, arguments) -> answer(method.getName(), arguments));
    return new SenderChoice(
        chain,
        AddressSettings.from(
            ConfigFactory.parseString("granary.sharding.addresses { " + config + " }")
                .withFallback(ConfigFactory.load())));
  }

  private CompletionStage<?> answer(String method, Object[] arguments) {
    if (away) {
      return CompletableFuture.failedStage(
          new ChainException(ChainException.CONNECTION_LOST, "away"));
    }
    return switch (method) {
      case "minerInfo" -> CompletableFuture.completedStage(info());
      case "accountKey" -> keyOf((Address) arguments[0]);
      case "walletHas" ->
          CompletableFuture.completedStage(!notInWallet.contains((Address) arguments[0]));
      case "actor" -> actor((Address) arguments[0]);
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private CompletionStage<Address> keyOf(Address address) {
    return withoutKey.contains(address)
        ? CompletableFuture.failedStage(new ChainException(1, "not an account"))
        : CompletableFuture.completedStage(address.protocol() == 0 ? key(address) : address);
  }

  private CompletionStage<ActorState> actor(Address address) {
    balancesAsked.add(address);
    TokenAmount balance = balances.get(address);
    Cid any = Cid.dagCborBlake2b(Bytes.empty());
    return balance == null
        ? CompletableFuture.failedStage(new ChainException(11, "actor not found"))
        : CompletableFuture.completedStage(new ActorState(any, any, 0, balance, Optional.empty()));
  }

  private static MinerInfo info() {
    return MinerInfo.of(OWNER, WORKER, List.of(FIRST, SECOND), SectorSize.SIZE_2KIB);
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private SenderAddresses candidates(String config) {
    return now(choice(config).candidates(MINER, info(), TipSetKey.HEAD));
  }

  @Test
  void controlsProveAndWorkerSeals_whenNothingIsNamed() {
    SenderAddresses found = candidates("");
    assertThat(found.of(MessagePurpose.WINDOW_POST))
        .containsExactly(key(FIRST), key(SECOND), key(WORKER), key(OWNER));
    assertThat(found.of(MessagePurpose.PRE_COMMIT)).containsExactly(key(WORKER), key(OWNER));
  }

  @Test
  void namedAddressGoesFirstAndSealsOnly_whenNamedForSealing() {
    SenderAddresses found = candidates("miners = [ { miner = f01000, pre-commit = [f0102] } ]");
    assertThat(found.of(MessagePurpose.PRE_COMMIT)).startsWith(key(FIRST), key(WORKER));
    assertThat(found.of(MessagePurpose.WINDOW_POST)).startsWith(key(SECOND), key(WORKER));
    assertThat(found.of(MessagePurpose.COMMIT)).startsWith(key(WORKER));
  }

  @Test
  void recoveriesGoWhereProofsGo_whenOnlyProofsAreNamed() {
    SenderAddresses found = candidates("miners = [ { miner = f01000, post = [f0103] } ]");
    assertThat(found.of(MessagePurpose.RECOVERY)).startsWith(key(SECOND));
    assertThat(found.of(MessagePurpose.REPAY_DEBT)).startsWith(key(SECOND));
  }

  @Test
  void leavesOut_whoHasNoKeyOrWhoseKeyIsNotInTheWallet() {
    withoutKey.add(OWNER);
    notInWallet.add(key(FIRST));
    assertThat(candidates("").of(MessagePurpose.WINDOW_POST))
        .containsExactly(key(SECOND), key(WORKER));
  }

  @Test
  void saysNothing_whenThereIsNobodyButTheWorker() {
    notInWallet.addAll(List.of(key(FIRST), key(SECOND), key(OWNER), key(WORKER)));
    assertThat(candidates("")).isEqualTo(SenderAddresses.NONE);
    assertThat(
            now(
                choice("")
                    .payer(MINER, MessagePurpose.PRE_COMMIT, TokenAmount.ofFil(1), TipSetKey.HEAD)))
        .isEqualTo(key(WORKER));
  }

  @Test
  void fails_whenTheChainIsAway() {
    away = true;
    assertThat(choice("").candidates(MINER, info(), TipSetKey.HEAD).toCompletableFuture())
        .isCompletedExceptionally();
  }

  @Test
  void fallsBackToWorkerThenOwner_whenTheDedicatedHoldsTooLittle() {
    SenderChoice choice = choice("enough = \"1000\"");
    SenderAddresses all = now(choice.candidates(MINER, info(), TipSetKey.HEAD));
    balances.put(key(FIRST), TokenAmount.ofAtto(999));
    balances.put(key(WORKER), TokenAmount.ofAtto(1000));
    balances.put(key(OWNER), TokenAmount.ofAtto(9000));
    assertThat(now(choice.funded(all, TipSetKey.HEAD)).first(MessagePurpose.WINDOW_POST))
        .contains(key(WORKER));
    balances.put(key(WORKER), TokenAmount.ofAtto(0));
    assertThat(now(choice.funded(all, TipSetKey.HEAD)).first(MessagePurpose.WINDOW_POST))
        .contains(key(OWNER));
    balances.put(key(OWNER), TokenAmount.ofAtto(7));
    assertThat(now(choice.funded(all, TipSetKey.HEAD)).first(MessagePurpose.WINDOW_POST))
        .as("the richest when nobody has enough")
        .contains(key(FIRST));
  }

  @Test
  void keepsEveryCandidate_whenOneIsPutInFront() {
    SenderChoice choice = choice("");
    SenderAddresses all = now(choice.candidates(MINER, info(), TipSetKey.HEAD));
    balances.put(key(WORKER), TokenAmount.ofFil(1));
    assertThat(now(choice.funded(all, TipSetKey.HEAD)).all()).isEqualTo(all.all());
  }

  @Test
  void countsTheValue_whenASectorAsksForItsPayer() {
    SenderChoice choice = choice("enough = \"0\"");
    balances.put(key(WORKER), TokenAmount.ofFil(1));
    balances.put(key(OWNER), TokenAmount.ofFil(5));
    assertThat(
            now(
                choice.payer(
                    MINER, MessagePurpose.PRE_COMMIT, TokenAmount.ofFil(2), TipSetKey.HEAD)))
        .isEqualTo(key(OWNER));
  }

  @Test
  void asksForNoBalance_whenThereIsNoChoice() {
    choice("").funded(SenderAddresses.NONE, TipSetKey.HEAD);
    assertThat(balancesAsked).isEmpty();
  }

  @Test
  void refusesConfiguration_thatNamesAnUnknownPurposeOrNoAddress() {
    assertThatThrownBy(() -> choice("miners = [ { miner = f01000, seal = [] } ]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("seal");
    assertThatThrownBy(() -> choice("miners = [ { miner = f01000, post = [x] } ]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("post");
  }
}
