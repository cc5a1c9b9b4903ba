package io.granary.devnet;

import io.granary.devnet.chain.BlockProduction;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ChainConfig;
import io.granary.devnet.chain.DevnetException;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.devnet.rpc.RpcEndpoint;
import io.granary.devnet.rpc.RpcServer;
import io.granary.devnet.rpc.Trouble;
import io.granary.devnet.state.MinerLedger;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.wallet.Wallet;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.port.ProofVerifier;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running devnet. Its data directory holds {@code chain.log}, {@code keystore/}, {@code
 * jwt-secret}, and for clients {@code token} and {@code api} as a lotus node has them. Started
 * again on the same directory it goes on from its last head; epochs do not pass while it is down.
 */
public final class Devnet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Devnet.class);

  private final DevnetSettings settings;
  private final Chain chain;
  private final List<RpcServer> servers;
  private final List<Trouble> trouble;
  private final Address defaultAddress;
  private final ScheduledExecutorService timer;

  private Devnet(
      DevnetSettings settings,
      Chain chain,
      List<RpcServer> servers,
      List<Trouble> trouble,
      Address defaultAddress) {
    this.settings = settings;
    this.chain = chain;
    this.servers = List.copyOf(servers);
    this.trouble = List.copyOf(trouble);
    this.defaultAddress = defaultAddress;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "devnet-blocks");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts a devnet whose genesis time stamp is taken from the system's clock. */
  public static Devnet start(DevnetSettings settings, ProofVerifier verifier) {
    return start(settings, verifier, InstantSource.system());
  }

  /**
   * Starts a devnet.
   *
   * @param clock gives the time stamp of a new chain's genesis
   * @throws DevnetException when the data directory cannot be used
   */
  public static Devnet start(DevnetSettings settings, ProofVerifier verifier, InstantSource clock) {
    Path directory = settings.dataDirectory();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new DevnetException("data directory " + directory + ": cannot make it", e);
    }
    Wallet wallet = new Wallet(directory.resolve("keystore"));
    WalletKey producer =
        wallet.add(
            WalletKey.derive(
                Signature.Kind.BLS,
                ("genesis key of " + settings.seed()).getBytes(StandardCharsets.UTF_8)));
    Chain chain =
        new Chain(
            config(settings),
            genesis(settings, producer.address(), clock.instant().getEpochSecond()),
            producer,
            verifier);
    List<RpcServer> servers = new ArrayList<>();
    try {
      List<Integer> ports = ports(settings);
      List<Trouble> trouble = ports.stream().map(port -> new Trouble()).toList();
      String token = "";
      for (int i = 0; i < ports.size(); i++) {
        RpcEndpoint endpoint = endpoint(settings, chain, wallet, trouble, i);
        servers.add(endpoint.start(settings.host(), ports.get(i)));
        token = endpoint.adminToken();
      }
      Devnet devnet = new Devnet(settings, chain, servers, trouble, producer.address());
      devnet.writeClientFiles(token);
      if (settings.timer()) {
        devnet.startTimer();
      }
      LOG.info("devnet at {}, head {}", devnet.url(), chain.head());
      if (settings.trusted().count() > 0) {
        LOG.warn("{} sectors are trusted without proofs", settings.trusted().count());
      }
      return devnet;
    } catch (RuntimeException e) {
      servers.forEach(RpcServer::close);
      closeChain(chain);
      throw e;
    }
  }

  private static List<Integer> ports(DevnetSettings settings) {
    List<Integer> ports = new ArrayList<>();
    ports.add(settings.port());
    ports.addAll(settings.extraPorts());
    return ports;
  }

  /** All endpoints share chain, wallet and tokens; each is a node of its own name. */
  private static RpcEndpoint endpoint(
      DevnetSettings settings, Chain chain, Wallet wallet, List<Trouble> trouble, int index) {
    String identity = index == 0 ? settings.seed() : settings.seed() + " " + index;
    return new RpcEndpoint(
        chain,
        wallet,
        settings.dataDirectory().resolve("jwt-secret"),
        settings.visibleNetworkName(),
        identity,
        trouble,
        index);
  }

  private static ChainConfig config(DevnetSettings settings) {
    return new ChainConfig(
        settings.policy(),
        settings.dataDirectory().resolve("chain.log"),
        settings.networkPrefix(),
        settings.baseFee(),
        settings.movingBaseFee(),
        settings.producer(),
        settings.blockRewards(),
        settings.verifyAllPosts(),
        settings.verifierTimeout());
  }

  private static GenesisSpec genesis(DevnetSettings settings, Address producer, long timestamp) {
    return new GenesisSpec(
        settings.visibleNetworkName(),
        timestamp,
        settings.seed(),
        List.of(new GenesisSpec.Account(producer, settings.defaultAccountBalance())),
        producer,
        settings.minerBalance(),
        settings.sectorSize(),
        settings.preSealed(),
        settings.trusted());
  }

  private void writeClientFiles(String token) {
    write(
        "api",
        "/ip4/"
            + servers.get(0).address().getAddress().getHostAddress()
            + "/tcp/"
            + servers.get(0).address().getPort()
            + "/http");
    write("token", token);
  }

  private void write(String name, String text) {
    Path file = settings.dataDirectory().resolve(name);
    try {
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new DevnetException(file + ": cannot write", e);
    }
  }

  private void startTimer() {
    long nanos = settings.blockTime().toNanos();
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** An exception would end the timer: it is reported, and the next round tries again. */
  private void tick() {
    if (chain.blocksHeld()) {
      return;
    }
    try {
      chain.step(0);
    } catch (RuntimeException e) {
      LOG.error("no block on top of {}", chain.head(), e);
    }
  }

  /** The URL of the JSON-RPC, {@code http://127.0.0.1:1234/rpc/v1}. */
  public URI url() {
    return url(0);
  }

  /** The URL of endpoint {@code index}: 0 is the first, those of {@code extra-ports} follow. */
  public URI url(int index) {
    int port = servers.get(index).address().getPort();
    return URI.create("http://" + settings.host() + ":" + port + "/rpc/v1");
  }

  /** What can be made go wrong with endpoint {@code index}. */
  public Trouble trouble(int index) {
    return trouble.get(index);
  }

  /** Forces the base fee of all further blocks, or lets it go when empty. */
  public void forceBaseFee(Optional<TokenAmount> fee) {
    chain.forceBaseFee(fee);
  }

  /** Who makes blocks from the next one on. */
  public void produceBy(BlockProduction who) {
    chain.produceBy(who);
  }

  /** The file with a token that allows everything. */
  public Path tokenFile() {
    return settings.dataDirectory().resolve("token");
  }

  /** The funded key of the wallet: owner and worker of the genesis miner. */
  public Address defaultAddress() {
    return defaultAddress;
  }

  public TipSet head() {
    return chain.head().tipSet();
  }

  /** No more blocks come by the timer until {@link #resume}; a block being made is finished. */
  public void pause() {
    chain.holdBlocks(true);
  }

  /** Blocks come by the timer again, where there is one. */
  public void resume() {
    chain.holdBlocks(false);
  }

  /** The miners at the head in the order of their creation, that of genesis first. */
  public List<ActorId> miners() {
    return chain.head().after().miners().stream().map(MinerState::id).toList();
  }

  /** Whether messages wait for a block. */
  public boolean messagesWaiting() {
    return !chain.pending().isEmpty();
  }

  /** What happened to {@code miner} by cause, as the head's state has it. */
  public MinerLedger ledger(ActorId miner) {
    return chain
        .head()
        .after()
        .miner(miner)
        .map(MinerState::ledger)
        .orElseThrow(() -> new DevnetException("no miner " + miner));
  }

  /** Makes the next block after {@code nullRounds} epochs without one. */
  public TipSet step(int nullRounds) {
    return chain.step(nullRounds).tipSet();
  }

  /**
   * Replaces the newest {@code depth} tipsets, see {@link Chain#reorg}.
   *
   * @param dropMessages whether their messages vanish
   */
  public TipSet reorg(int depth, boolean dropMessages) {
    ExecutedTipSet head = chain.reorg(depth, dropMessages);
    return head.tipSet();
  }

  /** See {@link Chain#reorg(int, int, boolean)}. */
  public TipSet reorg(int depth, int nullRounds, boolean dropMessages) {
    return chain.reorg(depth, nullRounds, dropMessages).tipSet();
  }

  /** Stops serving and making blocks; everything is on disk. */
  @Override
  public void close() {
    timer.shutdownNow();
    servers.forEach(RpcServer::close);
    closeChain(chain);
  }

  private static void closeChain(Chain chain) {
    try {
      chain.close();
    } catch (IOException e) {
      throw new DevnetException("chain log: cannot close", e);
    }
  }
}
