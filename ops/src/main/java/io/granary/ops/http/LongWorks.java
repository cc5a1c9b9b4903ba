package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Works that may outlast the request that began them. A request waits a while; asked again under
 * the same key, it waits for the same work. What nobody asks for in the end is kept until the place
 * is needed. Thread-safe.
 */
final class LongWorks {
  /** Well within the server's and the client's limits for one request. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int WORKS_MAX = 64;

  private final Duration patience;
  private final Map<String, CompletableFuture<JsonNode>> works = new ConcurrentHashMap<>();

  LongWorks(Duration patience) {
    this.patience = patience;
  }

  /** Whether a work of this key was begun and its outcome not yet asked for. */
  boolean knows(String key) {
    return works.containsKey(key);
  }

  /**
   * Waits for the work of {@code key}, which {@code begin} begins when there is none.
   *
   * @param waitsFor for people
   * @param repeat the body that asks for the same work again
   */
  CompletionStage<Answer> await(
      String key, String waitsFor, JsonNode repeat, Supplier<CompletionStage<JsonNode>> begin) {
    CompletableFuture<JsonNode> work = workOf(key, begin);
    return work.thenApply(Optional::of)
        .completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (outcome, failure) -> {
              if (failure != null || outcome.isPresent()) {
                works.remove(key, work);
              }
            })
        .thenApply(
            outcome -> outcome.map(Answer::ok).orElseGet(() -> Answer.accepted(waitsFor, repeat)));
  }

  private synchronized CompletableFuture<JsonNode> workOf(
      String key, Supplier<CompletionStage<JsonNode>> begin) {
    CompletableFuture<JsonNode> known = works.get(key);
    if (known != null) {
      return known;
    }
    if (works.size() >= WORKS_MAX) {
      works.values().removeIf(CompletableFuture::isDone);
    }
    if (works.size() >= WORKS_MAX) {
      throw Problem.unavailable(WORKS_MAX + " works are under way already; try again later");
    }
    CompletableFuture<JsonNode> work = begin.get().toCompletableFuture();
    works.put(key, work);
    return work;
  }
}
