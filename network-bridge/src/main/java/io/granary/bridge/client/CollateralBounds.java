package io.granary.bridge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.json.JsonText;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * The collateral that the chain wants of a provider (StateDealProviderCollateralBounds), which no
 * node of ours asks for: a question to the chain node's JSON-RPC by itself. Blocks.
 */
public final class CollateralBounds {
  private static final int METHOD_NOT_FOUND = -32601;

  /** Boost's client offers a fifth more than the least, which moves with the chain's supply. */
  private static final int MARGIN_PARTS = 6;

  private static final int OF_PARTS = 5;

  private CollateralBounds() {}

  /**
   * What to offer for a piece; empty when the node does not know the question.
   *
   * @throws ClientException when no usable answer comes
   */
  public static Optional<TokenAmount> offer(
      URI chain, long paddedBytes, boolean verified, Duration limit) {
    ObjectNode question =
        JsonNodeFactory.instance
            .objectNode()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", "Filecoin.StateDealProviderCollateralBounds");
    ArrayNode params = question.putArray("params").add(paddedBytes).add(verified);
    params.addNull();
    JsonNode answer = ask(chain, question, limit);
    JsonNode error = answer.path("error");
    if (error.path("code").asInt() == METHOD_NOT_FOUND) {
      return Optional.empty();
    }
    try {
      if (error.isObject()) {
        throw new ClientException(
            "the chain node on collateral: " + error.path("message").asText());
      }
      TokenAmount least = TokenAmount.parse(answer.path("result").path("Min").asText());
      return Optional.of(
          new TokenAmount(least.times(MARGIN_PARTS).atto().divide(BigInteger.valueOf(OF_PARTS))));
    } catch (IllegalArgumentException e) {
      throw new ClientException("the chain node on collateral: " + e.getMessage(), e);
    }
  }

  private static JsonNode ask(URI chain, ObjectNode question, Duration limit) {
    HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(limit).build();
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(chain)
                  .timeout(limit)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(JsonText.write(question)))
                  .build(),
              BodyHandlers.ofString());
      return JsonText.parse(response.body());
    } catch (IOException | IllegalArgumentException e) {
      throw new ClientException("the chain node at " + chain + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException("the chain node at " + chain + ": interrupted", e);
    }
  }
}
