package io.granary.prover.node;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import io.granary.protocol.Epoch;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.JobReports;
import io.granary.protocol.port.ProofVerifier;
import io.granary.prover.JobClass;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildException;
import io.granary.prover.child.ChildHello;
import io.granary.prover.child.ChildProofVerifier;
import io.granary.prover.child.Children;
import io.granary.prover.pool.AskRelay;
import io.granary.prover.pool.JobDispatcher;
import io.granary.prover.pool.PoolJobPool;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.ProverWorker;
import io.granary.prover.pool.Resources;
import io.granary.prover.pool.WorkerInfo;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.transfer.TransferClient;
import io.granary.prover.transfer.TransferServer;
import io.granary.prover.worker.JobRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's part of the prover pool: its way to the dispatcher singleton, a verifier, and, where
 * wanted, a worker over the node's storage paths. Close it before the actor system ends.
 */
public final class ProverNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProverNode.class);
  private static final String SINGLETON = "job-dispatcher";

  /** Verifications that may wait for a verify child. */
  private static final int VERIFICATIONS_WAITING_MAX = 1000;

  /** Below the limit of Akka's phase. */
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(3);

  private static final Duration STATUS_LIMIT = Duration.ofSeconds(5);

  /** The circuits that a prover of a sector size needs. */
  private static final Set<String> PROVING_CIRCUITS = Set.of("porep", "window_post");

  private final ActorSystem<?> system;
  private final Children children;
  private final StoragePaths storage;
  private final ExecutorService verifying;
  private final ExecutorService working;
  private final JobRunner runner;
  private final Optional<TransferServer> server;
  private final ActorRef<JobDispatcher.Command> dispatcher;
  private final ActorRef<AskRelay.Command> relay;
  private final ProofVerifier verifier;

  /**
   * Starts the node's part.
   *
   * @param reports the way to the entities, from any node
   * @param worker whether this node takes jobs
   * @throws UncheckedIOException when the work directory cannot be used
   * @throws io.granary.prover.storage.StorageException when a storage path cannot be attached
   */
  public static ProverNode start(
      ActorSystem<?> system, ProverWorkersSettings settings, JobReports reports, boolean worker) {
    try {
      return new ProverNode(system, settings, reports, worker);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use granary.prover.child.work-directory " + settings.child().workDirectory(), e);
    }
  }

  private ProverNode(
      ActorSystem<?> system, ProverWorkersSettings settings, JobReports reports, boolean worker)
      throws IOException {
    this.system = system;
    this.children = new Children(settings.child());
    this.storage = StoragePaths.open(settings.storage());
    this.verifying =
        threads(
            "prover-verify",
            settings.child().verifyProcesses(),
            new ArrayBlockingQueue<>(VERIFICATIONS_WAITING_MAX));
    // A queue of a few: a finished job's thread may not be back yet when the next job starts.
    this.working =
        threads(
            "prover-job",
            settings.worker().totalSlots() + 1,
            new ArrayBlockingQueue<>(settings.worker().totalSlots() + 1));
    this.verifier = new ChildProofVerifier(children, settings.child(), verifying);
    this.runner = new JobRunner(settings, storage, children);
    this.server =
        storage.paths().isEmpty()
            ? Optional.empty()
            : Optional.of(TransferServer.bind(system, runner.exchange(), runner.services()));
    server.ifPresent(s -> LOG.info("serves bytes to other nodes at {}", s.address()));
    this.dispatcher = dispatcher(settings, reports);
    this.relay =
        system.systemActorOf(
            AskRelay.create(settings.pool(), dispatcher, uptime()), "pool-relay", Props.empty());
    if (worker) {
      working.execute(() -> startWorker(settings, reports));
    }
  }

  private ActorRef<JobDispatcher.Command> dispatcher(
      ProverWorkersSettings settings, JobReports reports) {
    Behavior<JobDispatcher.Command> watching =
        Behaviors.setup(
            context -> {
              context.spawn(ClusterWatch.create(context.getSelf()), "cluster");
              return JobDispatcher.create(settings.pool(), reports, uptime());
            });
    Behavior<JobDispatcher.Command> behavior =
        Behaviors.supervise(watching).onFailure(SupervisorStrategy.restart());
    ClusterSingletonSettings where = ClusterSingletonSettings.create(system);
    if (!settings.pool().role().isBlank()) {
      where = where.withRole(settings.pool().role());
    }
    return ClusterSingleton.get(system)
        .init(SingletonActor.of(behavior, SINGLETON).withSettings(where));
  }

  private static Supplier<Duration> uptime() {
    long start = System.nanoTime();
    return () -> Duration.ofNanos(System.nanoTime() - start);
  }

  /** On a job thread, because it asks a child what it can prove. */
  private void startWorker(ProverWorkersSettings settings, JobReports reports) {
    String name =
        settings.worker().name().isBlank()
            ? Cluster.get(system).selfMember().address().hostPort()
            : settings.worker().name();
    WorkerInfo info = workerInfo(name, settings.worker());
    ActorRef<ProverWorker.Command> worker =
        system.systemActorOf(
            Behaviors.supervise(
                    ProverWorker.create(
                        new ProverWorker.Tools(
                            info,
                            settings.worker(),
                            runner,
                            storage,
                            reports,
                            working,
                            dispatcher)))
                .onFailure(SupervisorStrategy.restart()),
            "prover-worker",
            Props.empty());
    leaveBeforeTheCluster(worker);
    warm();
  }

  /**
   * While its reports still find their way: later the node has left, and nobody would hear them.
   */
  private void leaveBeforeTheCluster(ActorRef<ProverWorker.Command> worker) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "worker-leaves",
            () -> AskPattern.ask(worker, ProverWorker.Leave::new, LEAVE_LIMIT, system.scheduler()));
  }

  private WorkerInfo workerInfo(String name, ProverWorkersSettings.Worker worker) {
    Optional<ChildHello> hello = hello();
    Set<Long> provable = hello.map(ProverNode::provable).orElse(Set.of());
    Resources machine = Machine.resources(hello.map(h -> h.devices().size()).orElse(0));
    return new WorkerInfo(
        name,
        worker.slots(),
        storage.paths().stream().map(StoragePath::id).collect(Collectors.toSet()),
        provable,
        machine,
        worker.reserveForPoSt() ? Machine.reserved(worker, provable) : Resources.NONE,
        server.map(TransferServer::address));
  }

  private Optional<ChildHello> hello() {
    try {
      return Optional.of(children.hello());
    } catch (ChildException e) {
      LOG.error("no prover child can be started: every proof job of this node will fail", e);
      return Optional.empty();
    }
  }

  private static Set<Long> provable(ChildHello hello) {
    Set<Long> sizes =
        hello.circuits().entrySet().stream()
            .filter(entry -> entry.getValue().containsAll(PROVING_CIRCUITS))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    LOG.info(
        "prover {} with parameters of {} for sectors of {} bytes",
        hello.version(),
        hello.parameterCache(),
        sizes);
    return sizes;
  }

  private void warm() {
    try {
      children.warm(ChildClass.POST);
    } catch (ChildException e) {
      LOG.error("no post child could be started ahead", e);
    }
  }

  private static ExecutorService threads(String name, int count, BlockingQueue<Runnable> queue) {
    AtomicLong made = new AtomicLong();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count,
            count,
            30,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Where entities ask for jobs. */
  public JobPool jobPool() {
    return PoolJobPool.through(relay);
  }

  /** Tells the pool that an epoch of the chain has begun: how much time is left follows from it. */
  public void tellEpoch(Epoch epoch) {
    dispatcher.tell(new JobDispatcher.TellEpoch(epoch));
  }

  /** Lets a worker that is in quarantine have jobs of a class again. */
  public void release(String worker, JobClass jobClass) {
    dispatcher.tell(new JobDispatcher.ReleaseWorker(worker, jobClass));
  }

  /** Verifies proofs in children of this node. */
  public ProofVerifier proofVerifier() {
    return verifier;
  }

  /** This node's storage paths. */
  public StoragePaths storage() {
    return storage;
  }

  /** The pool as it is now, with the {@code waitingMax} most urgent waiting jobs. */
  public CompletionStage<PoolStatus> status(int waitingMax) {
    return AskPattern.ask(
        dispatcher,
        replyTo -> new JobDispatcher.ShowPool(waitingMax, replyTo),
        STATUS_LIMIT,
        system.scheduler());
  }

  /** Asks other nodes for their bytes. */
  public TransferClient transfers() {
    return runner.exchange().client();
  }

  /** The other nodes with a worker that serve bytes, by the worker's name. */
  public CompletionStage<Map<String, TransferAddress>> holders() {
    Optional<TransferAddress> own = server.map(TransferServer::address);
    return status(0)
        .thenApply(
            pool ->
                pool.workers().stream()
                    .filter(w -> w.transfer().isPresent() && !w.transfer().equals(own))
                    .collect(
                        Collectors.toUnmodifiableMap(
                            PoolStatus.WorkerStatus::name, w -> w.transfer().orElseThrow())));
  }

  /** Kills the children and gives the storage paths free. */
  @Override
  public void close() {
    server.ifPresent(TransferServer::close);
    children.close();
    runner.close();
    working.shutdownNow();
    verifying.shutdownNow();
    storage.close();
  }
}
