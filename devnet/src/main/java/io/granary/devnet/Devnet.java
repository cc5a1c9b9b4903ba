package io.granary.devnet;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ChainConfig;
import io.granary.devnet.chain.DevnetException;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.devnet.chain.GenesisSpec;
import io.granary.devnet.crypto.WalletKey;
import io.granary.devnet.rpc.RpcEndpoint;
import io.granary.devnet.rpc.RpcServer;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.wallet.Wallet;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.port.ProofVerifier;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
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
  private final RpcServer server;
  private final Address defaultAddress;
  private final ScheduledExecutorService timer;
  private volatile boolean paused;

  private Devnet(DevnetSettings settings, Chain chain, RpcServer server, Address defaultAddress) {
    this.settings = settings;
    this.chain = chain;
    this.server = server;
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
    try {
      RpcEndpoint endpoint =
          new RpcEndpoint(
              chain,
              wallet,
              directory.resolve("jwt-secret"),
              settings.networkName(),
              settings.seed());
      RpcServer server = endpoint.start(settings.host(), settings.port());
      Devnet devnet = new Devnet(settings, chain, server, producer.address());
      devnet.writeClientFiles(endpoint.adminToken());
      if (settings.timer()) {
        devnet.startTimer();
      }
      LOG.info("devnet at {}, head {}", devnet.url(), chain.head());
      return devnet;
    } catch (RuntimeException e) {
      closeChain(chain);
      throw e;
    }
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
        settings.networkName(),
        timestamp,
        settings.seed(),
        List.of(new GenesisSpec.Account(producer, settings.defaultAccountBalance())),
        producer,
        settings.minerBalance(),
        settings.sectorSize(),
        settings.preSealed());
  }

  private void writeClientFiles(String token) {
    write(
        "api",
        "/ip4/"
            + server.address().getAddress().getHostAddress()
            + "/tcp/"
            + server.address().getPort()
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
    if (paused) {
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
    return URI.create("http://" + settings.host() + ":" + server.address().getPort() + "/rpc/v1");
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
    paused = true;
  }

  /** Blocks come by the timer again, where there is one. */
  public void resume() {
    paused = false;
  }

  /** The miners at the head in the order of their creation, that of genesis first. */
  public List<ActorId> miners() {
    return chain.head().after().miners().stream().map(MinerState::id).toList();
  }

  /** Whether messages wait for a block. */
  public boolean messagesWaiting() {
    return !chain.pending().isEmpty();
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

  /** Stops serving and making blocks; everything is on disk. */
  @Override
  public void close() {
    timer.shutdownNow();
    server.close();
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
