package io.granary.ops.retrieval;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.CommPDigest;
import io.granary.protocol.piece.Fr32;
import io.granary.protocol.piece.PieceInfo;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TransferSettings;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.CopyKeeper;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferSecret;
import io.granary.prover.transfer.TransferServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The transfer servers of nodes with storage paths, in one JVM, and what bridges see of them. */
final class HolderNodes {
  private final Path home;
  private final ActorSystem<Void> system;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, TransferAddress> pool = new ConcurrentHashMap<>();

  HolderNodes(Path home) throws IOException {
    this.home = home;
    Files.writeString(home.resolve("secret"), "s".repeat(32));
    this.system = ActorSystem.create(Behaviors.empty(), "others", config(""));
  }

  static Config config(String more) {
    return ConfigFactory.parseString(
            more + "\nakka.loglevel = warning, akka.stdout-loglevel = warning")
        .withFallback(ConfigFactory.load());
  }

  private TransferSettings settings() {
    return ProverWorkersSettings.from(
            config(
                """
                granary.prover.transfer { silence-limit = 2s, keep-alive = 200ms, secret-file = "%s" }
                """
                    .formatted(home.resolve("secret"))))
        .transfer();
  }

  private TransferClient transfers() {
    return new TransferClient(settings(), TransferSecret.of(settings()), HolderNodes::now);
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  Holder start(String name) {
    return new Holder(name);
  }

  /** Closed with this, the latest first. */
  <T extends AutoCloseable> T closed(T part) {
    open.add(part);
    return part;
  }

  /** What a bridge knows of all but itself. */
  OtherNodes others(String itself, String rememberedFor) {
    return closed(
        new OtherNodes(
            () -> CompletableFuture.completedStage(without(itself)),
            transfers(),
            OtherNodesSettings.from(
                config(
                    "granary.network-bridge.retrieval.other-nodes.remembered-for = "
                        + rememberedFor)),
            InstantSource.system()));
  }

  private Map<String, TransferAddress> without(String name) {
    Map<String, TransferAddress> others = new HashMap<>(pool);
    others.remove(name);
    return others;
  }

  /** A node with a storage path. */
  final class Holder {
    final StoragePath path;
    final StoragePaths storage;
    final TransferServer server;

    private Holder(String name) {
      Path root = home.resolve(name);
      StoragePath.create(root, SectorStore.DEFAULT_WEIGHT, true, true, 0);
      storage = closed(StoragePaths.open(new ProverWorkersSettings.Storage(List.of(root), 0, 2)));
      path = storage.paths().get(0);
      BlobStore blobs = new BlobStore(storage);
      TransferSettings transfer = settings();
      CopyKeeper copies = closed(new CopyKeeper(transfer, blobs, transfers(), 2));
      server =
          closed(
              TransferServer.bind(
                  system,
                  transfer,
                  TransferSecret.of(transfer),
                  new TransferServer.Services(blobs, (ask, sink) -> sink.finish(), copies),
                  HolderNodes::now));
      pool.put(name, server.address());
    }

    Holder with(SectorId of, byte[] data) throws IOException {
      int blocks = data.length / Fr32.UNPADDED_BLOCK + 1;
      byte[] padded = new byte[blocks * Fr32.PADDED_BLOCK];
      Fr32.pad(Arrays.copyOf(data, blocks * Fr32.UNPADDED_BLOCK), 0, padded, 0, blocks);
      Files.write(path.file(of, SectorFileType.UNSEALED), padded);
      storage.declare(of, SectorFileType.UNSEALED, path);
      return this;
    }
  }

  /** The piece at the start of a sector, on these nodes in this order. */
  static FarCopy copy(byte[] data, SectorId of, OtherNodes others, Holder... holders)
      throws IOException {
    List<FarCopy.Place> places = new ArrayList<>();
    for (Holder holder : holders) {
      Path file = holder.path.file(of, SectorFileType.UNSEALED);
      places.add(
          new FarCopy.Place(
              new FarFiles.FarFile(
                  holder.server.address(),
                  holder.path.id(),
                  "unsealed/" + of.fileName(),
                  Files.size(file)),
              0));
    }
    return new FarCopy(piece(data), data.length, places, others.files());
  }

  private static PieceInfo piece(byte[] data) {
    CommPDigest digest = new CommPDigest();
    digest.update(data);
    return digest.finish();
  }

  /** Ends everything. */
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
