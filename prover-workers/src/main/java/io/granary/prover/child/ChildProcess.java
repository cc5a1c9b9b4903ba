package io.granary.prover.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.prover.child.ChildDiedException.Reason;
import io.granary.prover.files.FileTrees;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One running child. Calls come one at a time from any thread; two threads of its own read its
 * stdout and stderr, and the shared watchdog looks after it while a call runs.
 *
 * <p>However it ends, exactly one {@link Death} is recorded, every waiting caller hears it, and the
 * process is gone: the first of crash, hang, protocol violation and our own kill wins.
 */
public final class ChildProcess implements AutoCloseable {
  /** The protocol version this parent speaks. */
  static final int PROTOCOL_VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  private record Death(Reason reason, String text) {}

  private record Running(ChildCall call, long startedNanos, long deadlineNanos) {}

  private record Ping(long sentNanos, CompletableFuture<ChildMessage.Response> answer) {}

  private final ChildLaunch launch;
  private final Process process;
  private final OutputStream stdin;
  private final Logger childLog;
  private final OutputTail stderr;
  private final CompletableFuture<ChildHello> hello = new CompletableFuture<>();
  private final Map<String, CompletableFuture<ChildMessage.Response>> pending =
      new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Death> death = new AtomicReference<>();
  private final AtomicReference<@Nullable Running> running = new AtomicReference<>();
  private final AtomicLong requests = new AtomicLong();
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock calling = new ReentrantLock();
  private final Thread stderrReader;
  private volatile @Nullable ScheduledFuture<?> watch;

  /** The last question for a sign of life; written by the watchdog's thread only. */
  private volatile @Nullable Ping ping;

  private ChildProcess(ChildLaunch launch, Process process) {
    this.launch = launch;
    this.process = process;
    this.stdin = process.getOutputStream();
    this.stderr = new OutputTail(launch.settings().stderrTailBytes());
    this.childLog = LoggerFactory.getLogger("io.granary.prover.native." + option(launch));
    this.stderrReader = new Thread(this::readStderr, "prover-child-" + process.pid() + "-err");
    stderrReader.setDaemon(true);
    stderrReader.start();
    Thread reader = new Thread(this::readFrames, "prover-child-" + process.pid() + "-out");
    reader.setDaemon(true);
    reader.start();
  }

  private static String option(ChildLaunch launch) {
    return launch.childClass().option();
  }

  /**
   * Starts a child and waits for its hello.
   *
   * @throws ChildStartException when it cannot be started, is silent, or speaks another version
   */
  public static ChildProcess start(ChildLaunch launch, ScheduledExecutorService watchdog) {
    ChildProcess child;
    try {
      child = new ChildProcess(launch, spawn(launch));
    } catch (IOException e) {
      throw new ChildStartException(
          "could not start prover child " + launch.command() + ": " + e.getMessage(), e);
    }
    try {
      child.awaitHello();
    } catch (ChildStartException e) {
      child.close();
      throw e;
    }
    long interval = launch.settings().watchInterval().toMillis();
    child.watch =
        watchdog.scheduleWithFixedDelay(
            child::lookAfter, interval, interval, TimeUnit.MILLISECONDS);
    return child;
  }

  private static Process spawn(ChildLaunch launch) throws IOException {
    Path cwd = Files.createDirectories(launch.directory().resolve("cwd"));
    Path tmp =
        Files.createDirectories(
            launch.sharedTmp().orElseGet(() -> launch.directory().resolve("tmp")));
    ProcessBuilder builder = new ProcessBuilder(launch.command()).directory(cwd.toFile());
    Map<String, String> environment = builder.environment();
    environment
        .keySet()
        .removeIf(name -> ChildLaunch.STEERING_PREFIXES.stream().anyMatch(name::startsWith));
    environment.putAll(launch.environment());
    environment.put("TMPDIR", tmp.toString());
    return builder.start();
  }

  private void awaitHello() {
    Duration limit = launch.settings().helloLimit();
    ChildHello said;
    try {
      said = hello.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      die(Reason.HUNG, "said no hello within " + limit);
      throw new ChildStartException(deathText("hello"), e);
    } catch (ExecutionException e) {
      throw new ChildStartException(deathText("hello"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChildStartException("interrupted while " + name() + " started", e);
    }
    if (said.protocol() != PROTOCOL_VERSION) {
      throw new ChildStartException(
          name() + " speaks protocol " + said.protocol() + ", expected " + PROTOCOL_VERSION);
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @return the answer's {@code ok} object
   * @throws ChildErrorException when it answers with an error
   * @throws ChildDiedException when it ends, hangs or talks nonsense first
   */
  public JsonNode call(ChildCall call) {
    if (!calling.tryLock()) {
      throw new IllegalStateException(name() + " already runs a request");
    }
    try {
      long now = System.nanoTime();
      running.set(new Running(call, now, now + call.limit().toNanos()));
      ChildMessage.Response response = await(send(call.method(), call.params()), call);
      if (response.gpuFallback()) {
        LOG.warn("{} fell back from GPU to CPU in {}", name(), call.method());
      }
      if (response.error().isPresent()) {
        throw new ChildErrorException(call.method(), response.error().get());
      }
      return response.ok().orElseThrow();
    } finally {
      running.set(null);
      calling.unlock();
    }
  }

  private ChildMessage.Response await(
      CompletableFuture<ChildMessage.Response> answer, ChildCall call) {
    try {
      // The watchdog enforces the limit; the margin only covers a watchdog that is late.
      long margin = launch.settings().watchInterval().toMillis() * 10;
      return answer.get(call.limit().toMillis() + margin, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      die(Reason.HUNG, "gave no answer to " + call.method() + " within " + call.limit());
      throw died(call.method());
    } catch (ExecutionException e) {
      throw died(call.method());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      die(Reason.KILLED, "killed because the caller of " + call.method() + " was interrupted");
      throw died(call.method());
    }
  }

  /** Resident memory in bytes, asked of the child. */
  public long rssBytes() {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    JsonNode stats = call(ChildCall.of("stats", none, launch.settings().helloLimit()));
    return stats.path("rss_bytes").asLong();
  }

  /** Kills the process at once; a running call fails with {@link Reason#KILLED}. */
  public void kill(String why) {
    die(Reason.KILLED, "killed: " + why);
  }

  /** Kills the process as hung, for callers with limits of their own. */
  public void killAsHung(String why) {
    die(Reason.HUNG, why);
  }

  public boolean alive() {
    return death.get() == null && process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  public ChildClass childClass() {
    return launch.childClass();
  }

  /** What the child said of itself at start. */
  public ChildHello hello() {
    return hello.join();
  }

  /** Closes its stdin, which ends an idle child, kills it when it stays, and removes its folder. */
  @Override
  public void close() {
    ScheduledFuture<?> scheduled = watch;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    try {
      death.compareAndSet(null, new Death(Reason.KILLED, "closed"));
      stdin.close();
    } catch (IOException e) {
      LOG.debug("closing the stdin of {} failed, it is probably gone", name(), e);
    }
    try {
      process.waitFor(launch.settings().stopLimit().toMillis(), TimeUnit.MILLISECONDS);
      // Also when it has ended: this closes the pipes, which a process of its own may hold open.
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    failPending();
    try {
      FileTrees.delete(launch.directory());
    } catch (IOException e) {
      LOG.warn("could not remove {} of ended {}", launch.directory(), name(), e);
    }
  }

  private CompletableFuture<ChildMessage.Response> send(String method, ObjectNode params) {
    String id = Long.toString(requests.incrementAndGet());
    CompletableFuture<ChildMessage.Response> answer = new CompletableFuture<>();
    pending.put(id, answer);
    writing.lock();
    try {
      Frames.write(stdin, ChildMessages.request(id, method, params));
    } catch (FrameException e) {
      pending.remove(id);
      throw new IllegalArgumentException("request " + method + " is too large for a frame", e);
    } catch (IOException e) {
      // The pipe broke: the child is ending. The reader says how, a moment later.
      LOG.debug("writing {} to {} failed", method, name(), e);
    } finally {
      writing.unlock();
    }
    if (death.get() != null) {
      failPending();
    }
    return answer;
  }

  /** Watchdog: enforces the running call's limit and asks for signs of life. */
  private void lookAfter() {
    Running now = running.get();
    if (now == null || !alive()) {
      return;
    }
    long nanos = System.nanoTime();
    if (nanos - now.deadlineNanos() > 0) {
      die(
          Reason.HUNG,
          "gave no answer to " + now.call().method() + " within " + now.call().limit());
      return;
    }
    Ping open = ping;
    if (open == null || open.answer().isDone()) {
      long heard =
          open == null || open.sentNanos() < now.startedNanos()
              ? now.startedNanos()
              : open.sentNanos();
      // A large request still being written is guarded by its limit.
      if (nanos - heard > launch.settings().pingInterval().toNanos() && !writing.isLocked()) {
        ping = new Ping(nanos, send("ping", JsonNodeFactory.instance.objectNode()));
      }
    } else if (nanos - open.sentNanos() > launch.settings().pingLimit().toNanos()) {
      die(
          Reason.HUNG,
          "gave no sign of life for "
              + launch.settings().pingLimit()
              + " while it ran "
              + now.call().method());
    }
  }

  private void readFrames() {
    try (InputStream in = new BufferedInputStream(process.getInputStream())) {
      while (true) {
        Optional<byte[]> frame = Frames.read(in);
        if (frame.isEmpty()) {
          break;
        }
        receive(ChildMessages.read(frame.get()));
      }
      ended();
    } catch (FrameException e) {
      die(Reason.PROTOCOL, "sent what is no frame: " + e.getMessage());
    } catch (IOException e) {
      LOG.debug("reading from {} failed", name(), e);
      ended();
    }
  }

  private void receive(ChildMessage message) throws FrameException {
    if (message instanceof ChildMessage.Hello first) {
      if (!hello.complete(first.hello())) {
        throw new FrameException("a second hello");
      }
    } else if (!hello.isDone()) {
      throw new FrameException("a frame before hello");
    } else if (message instanceof ChildMessage.Response response) {
      String id = response.id().orElseThrow(() -> new FrameException(refusal(response)));
      CompletableFuture<ChildMessage.Response> answer = pending.remove(id);
      if (answer == null) {
        throw new FrameException("an answer to request '" + id + "', which is not open");
      }
      answer.complete(response);
    } else {
      observe(message);
    }
  }

  private static String refusal(ChildMessage.Response response) {
    return "an answer without id: " + response.error().map(ChildError::describe).orElse("no error");
  }

  private void observe(ChildMessage message) {
    Running now = running.get();
    if (now != null) {
      now.call().mdc().forEach(MDC::put);
    }
    try {
      if (message instanceof ChildMessage.Log log) {
        log(log);
      } else if (message instanceof ChildMessage.Progress progress && now != null) {
        now.call().progress().accept(progress.progress());
      }
    } catch (RuntimeException e) {
      LOG.error("the listener of {} failed", name(), e);
    } finally {
      if (now != null) {
        now.call().mdc().keySet().forEach(MDC::remove);
      }
    }
  }

  private void log(ChildMessage.Log log) {
    switch (log.level()) {
      case ERROR -> childLog.error("{}: {}", log.target(), log.text());
      case WARN -> childLog.warn("{}: {}", log.target(), log.text());
      case INFO -> childLog.info("{}: {}", log.target(), log.text());
      case DEBUG -> childLog.debug("{}: {}", log.target(), log.text());
      case TRACE -> childLog.trace("{}: {}", log.target(), log.text());
    }
  }

  private void readStderr() {
    byte[] buffer = new byte[4096];
    try (InputStream in = process.getErrorStream()) {
      int read = in.read(buffer);
      while (read >= 0) {
        stderr.append(buffer, read);
        read = in.read(buffer);
      }
    } catch (IOException e) {
      LOG.debug("reading the stderr of {} failed", name(), e);
    }
  }

  /** Its stdout ended: it is gone, or as good as gone. */
  private void ended() {
    try {
      if (process.waitFor(launch.settings().stopLimit().toMillis(), TimeUnit.MILLISECONDS)) {
        die(Reason.CRASHED, ChildExit.describe(process.exitValue()));
      } else {
        die(Reason.CRASHED, "closed its stdout and stayed; killed");
      }
    } catch (InterruptedException e) {
      die(Reason.CRASHED, "closed its stdout");
      Thread.currentThread().interrupt();
    }
  }

  private void die(Reason reason, String text) {
    death.compareAndSet(null, new Death(reason, text));
    // By its handle: Process.destroyForcibly also closes our end of its stderr, and what the child
    // said last would be lost when it is not read yet.
    process.toHandle().destroyForcibly();
    failPending();
  }

  private void failPending() {
    // Waiters make the full report themselves, when stderr has been drained.
    ChildDiedException failure = new ChildDiedException(Reason.CRASHED, name() + " died");
    hello.completeExceptionally(failure);
    pending.forEach(
        (id, answer) -> {
          pending.remove(id, answer);
          answer.completeExceptionally(failure);
        });
  }

  private ChildDiedException died(String method) {
    Death how = death.get();
    return new ChildDiedException(how == null ? Reason.CRASHED : how.reason(), deathText(method));
  }

  /** How it died, and the last it said; waits for its stderr to be drained. */
  private String deathText(String method) {
    try {
      stderrReader.join(launch.settings().stopLimit().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Death how = death.get();
    String tail = stderr.text();
    return name()
        + " died during "
        + method
        + ": "
        + (how == null ? "ended" : how.text())
        + (tail.isEmpty() ? "" : "; its stderr ended with: " + tail);
  }

  private String name() {
    return "prover child " + option(launch) + " (pid " + process.pid() + ")";
  }
}
