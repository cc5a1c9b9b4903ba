package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last answers to questions about a named tipset, whose state never changes, and joins
 * equal questions that are under way: at each head every deadline and sector of a miner asks the
 * same few things. Failures are not kept. Any thread may call it.
 */
final class AnswerCache {
  /**
   * Methods that end in a tipset key and still answer otherwise later (the message pool plays in),
   * or whose questions or answers are too large to keep.
   */
  private static final Set<String> NEVER_KEPT =
      Set.of(
          "ChainGetPath",
          "GasEstimateMessageGas",
          "MpoolPending",
          "StateCall",
          "StateListMiners",
          "StateMinerSectors");

  private final Map<Question, CompletableFuture<Object>> answers;

  /** A method and its parameters as they are sent. */
  private record Question(String method, String params) {}

  AnswerCache(int answersMax) {
    answers =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(
              Map.Entry<Question, CompletableFuture<Object>> eldest) {
            return size() > answersMax;
          }
        };
  }

  /** The kept answer, or that of an equal question under way, or what {@code ask} brings. */
  <R> CompletionStage<R> get(
      RpcMethod<R> method, ArrayNode params, Supplier<CompletionStage<R>> ask) {
    if (!isLasting(method, params)) {
      return ask.get();
    }
    Question question = new Question(method.name(), JsonText.write(params));
    CompletableFuture<Object> mine = new CompletableFuture<>();
    @Nullable CompletableFuture<Object> known;
    synchronized (this) {
      known = answers.putIfAbsent(question, mine);
    }
    if (known != null) {
      return typed(known);
    }
    ask.get()
        .whenComplete(
            (answer, error) -> {
              if (error == null) {
                mine.complete(answer);
              } else {
                forget(question, mine);
                mine.completeExceptionally(error);
              }
            });
    return typed(mine);
  }

  private synchronized void forget(Question question, CompletableFuture<Object> failed) {
    answers.remove(question, failed);
  }

  /** Whether the answer stays what it is: a read of the state at a tipset that is named. */
  static boolean isLasting(RpcMethod<?> method, ArrayNode params) {
    List<JsonCodec<?>> codecs = method.parameters();
    return method.permission() == Permission.READ
        && !codecs.isEmpty()
        && codecs.get(codecs.size() - 1) == JsonScalars.TIPSET_KEY
        && !params.get(params.size() - 1).isEmpty()
        && !NEVER_KEPT.contains(method.name());
  }

  @SuppressWarnings("unchecked") // Kept under the method whose result it is.
  private static <R> CompletionStage<R> typed(CompletableFuture<Object> answer) {
    // A copy, so that no caller can complete the kept one.
    return (CompletionStage<R>) answer.copy();
  }
}
