package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.ops.stage.MemoryRoster;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.CreateMinerParams;
import io.granary.protocol.actor.CreateMinerReturn;
import io.granary.protocol.actor.PowerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sector.SectorFixtures;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinerCreationTest {
  private static final Address WALLET = SectorFixtures.WORKER;
  private static final Cid MESSAGE = SectorFixtures.MESSAGE;

  private final Map<String, Function<Object[], CompletionStage<?>>> methods = new HashMap<>();
  private final List<Message> pushed = new ArrayList<>();
  private final List<ActorId> ticked = new ArrayList<>();
  private final MemoryRoster roster = new MemoryRoster();
  private final ChainGateway chain =
      (ChainGateway)
          Proxy.newProxyInstance(
              ChainGateway.class.getClassLoader(),
              new Class<?>[] {ChainGateway.class},
              (proxy, method, arguments) ->
                  Objects.requireNonNull(methods.get(method.getName()), method.getName())
                      .apply(arguments == null ? new Object[0] : arguments));
  private final MinerCreation creation = new MinerCreation(chain, roster, ticked::add);

  @BeforeEach
  void aWillingChain() {
    methods.put("walletDefaultAddress", a -> CompletableFuture.completedFuture(WALLET));
    methods.put(
        "minerCreationDeposit",
        a ->
            CompletableFuture.completedFuture(
                new TokenAmount(new BigInteger("1000000000000000001"))));
    methods.put(
        "pushMessage",
        a -> {
          pushed.add((Message) a[0]);
          return CompletableFuture.completedFuture(
              new SignedMessage(
                  (Message) a[0], new Signature(Signature.Kind.BLS, Bytes.of(new byte[96]))));
        });
  }

  private static MessageLookup landed(long exitCode, Bytes value) {
    return new MessageLookup(
        MESSAGE, new Receipt(exitCode, value, 1000), TipSetKey.HEAD, new Epoch(9));
  }

  @Test
  void paysTheDepositAndATenth_fromTheDefaultAddress() {
    creation.push(SectorSize.SIZE_2KIB, Optional.empty()).toCompletableFuture().join();
    Message message = pushed.get(0);
    assertThat(message.from()).isEqualTo(WALLET);
    assertThat(message.to()).isEqualTo(BuiltinActors.STORAGE_POWER);
    assertThat(message.method()).isEqualTo(PowerMethod.CREATE_MINER);
    assertThat(message.value().toString()).isEqualTo("1100000000000000001");
    CreateMinerParams params = CreateMinerParams.fromCbor(message.params());
    assertThat(params.owner()).isEqualTo(WALLET);
    assertThat(params.worker()).isEqualTo(WALLET);
  }

  @Test
  void takesTheNamedOwner() {
    Address owner = new Address(Bytes.fromHex("01" + "11".repeat(20)));
    creation.push(SectorSize.SIZE_2KIB, Optional.of(owner)).toCompletableFuture().join();
    assertThat(pushed.get(0).from()).isEqualTo(owner);
  }

  @Test
  void worksForTheMiner_whenTheMessageLanded() {
    Bytes value =
        new CreateMinerReturn(
                Address.ofId(1234), new Address(Bytes.fromHex("02" + "22".repeat(20))))
            .toCbor();
    methods.put("waitMessage", a -> CompletableFuture.completedFuture(landed(0, value)));
    assertThat(creation.landed(MESSAGE).toCompletableFuture().join()).isEqualTo(new ActorId(1234));
    assertThat(roster.all().toCompletableFuture().join()).containsExactly(new ActorId(1234));
    assertThat(ticked).containsExactly(new ActorId(1234));
  }

  @Test
  void tellsTheExitCode_whenTheMessageFailed() {
    methods.put("waitMessage", a -> CompletableFuture.completedFuture(landed(19, Bytes.empty())));
    assertThat(creation.landed(MESSAGE).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("exit code 19");
    assertThat(roster.all().toCompletableFuture().join()).isEmpty();
    assertThat(ticked).isEmpty();
  }

  @Test
  void takesNoOtherMessageForACreation() {
    methods.put(
        "message",
        a ->
            CompletableFuture.completedFuture(
                Message.of(WALLET, WALLET, TokenAmount.ZERO, 0, Bytes.empty())));
    assertThat(creation.requireCreateMiner(MESSAGE).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("is no CreateMiner");
    methods.put(
        "message",
        a -> CompletableFuture.failedFuture(new ChainException(1, "ipld: could not find it")));
    assertThat(creation.requireCreateMiner(MESSAGE).toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("Not Found");
  }
}
