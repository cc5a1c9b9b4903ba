package io.granary.sharding.winning;

import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.winning.WinningFixtures;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The few things a producer asks a chain node for, by script. Safe for any thread. */
final class ScriptedChain implements InvocationHandler {
  private static final Cid NOTHING = Cid.dagCborBlake2b(Bytes.fromHex("80"));
  static final Address WORKER = Address.parse("f01001");

  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<BlockTemplate> templates = new CopyOnWriteArrayList<>();
  final List<BlockMessage> submitted = new CopyOnWriteArrayList<>();
  final List<Bytes> signed = new CopyOnWriteArrayList<>();
  volatile TipSet head;
  volatile Optional<MiningBaseInfo> info = Optional.of(info(true, 1_000));
  volatile Optional<RuntimeException> createFails = Optional.empty();
  volatile Optional<RuntimeException> submitFails = Optional.empty();
  private final List<Consumer<HeadChange>> listeners = new CopyOnWriteArrayList<>();

  ScriptedChain(TipSet head) {
    this.head = head;
  }

  ChainGateway gateway() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(), new Class<?>[] {ChainGateway.class}, this);
  }

  /** A miner with {@code power} of a network of 1000. */
  static MiningBaseInfo info(boolean eligible, long power) {
    return new MiningBaseInfo(
        BigInteger.valueOf(power),
        BigInteger.valueOf(1000),
        List.of(
            new MiningBaseInfo.WinningSector(
                new RegisteredSealProof(5),
                new SectorNumber(3),
                Optional.empty(),
                Commitment.fromHex("07".repeat(32)))),
        WORKER,
        SectorSize.SIZE_2KIB,
        new BeaconEntry(1, Bytes.fromHex("aa")),
        List.of(new BeaconEntry(2, Bytes.fromHex("bb"))),
        eligible);
  }

  /** Makes {@code tipSet} the head and tells the listeners. */
  void moveTo(TipSet tipSet) {
    head = tipSet;
    listeners.forEach(
        listener -> listener.accept(new HeadChange(List.of(), List.of(tipSet), tipSet)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    asked.add(method.getName());
    return switch (method.getName()) {
      case "version" -> done(new NodeVersion("scripted", 1, 30, "scripted"));
      case "head" -> done(head);
      case "tipSetByHeight" -> done(head);
      case "miningBaseInfo" -> done(info);
      case "walletSign" -> {
        signed.add((Bytes) arguments[1]);
        yield done(new Signature(Signature.Kind.BLS, (Bytes) arguments[1]));
      }
      case "selectMessages" -> done(List.of());
      case "createBlock" -> create((BlockTemplate) arguments[0]);
      case "submitBlock" -> {
        if (submitFails.isPresent()) {
          yield CompletableFuture.failedFuture(submitFails.get());
        }
        submitted.add((BlockMessage) arguments[0]);
        yield CompletableFuture.completedFuture(null);
      }
      case "subscribe" -> subscribe(arguments[0]);
      default -> throw new UnsupportedOperationException(method.getName());
    };
  }

  @SuppressWarnings("unchecked") // The only parameter of the port's method.
  private AutoCloseable subscribe(Object listener) {
    listeners.add((Consumer<HeadChange>) listener);
    ((Consumer<HeadChange>) listener).accept(new HeadChange(List.of(), List.of(head), head));
    return () -> listeners.remove(listener);
  }

  private CompletableFuture<BlockMessage> create(BlockTemplate template) {
    templates.add(template);
    if (createFails.isPresent()) {
      return CompletableFuture.failedFuture(createFails.get());
    }
    return done(
        new BlockMessage(
            new BlockHeader(
                Address.ofId(WinningFixtures.MINER),
                Optional.of(template.ticketVrfProof()),
                Optional.of(template.electionProof()),
                template.beaconEntries(),
                template.winningPoStProof(),
                template.parents().cids(),
                BigInteger.ONE,
                template.epoch(),
                NOTHING,
                NOTHING,
                NOTHING,
                Optional.empty(),
                template.timestamp(),
                Optional.empty(),
                0,
                TokenAmount.ofAtto(100)),
            List.of(),
            List.of()));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
