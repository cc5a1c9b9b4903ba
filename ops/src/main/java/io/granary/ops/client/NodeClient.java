package io.granary.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;

/** Talks to one node's management HTTP. Blocking; for the command line only. */
public final class NodeClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(1);

  private static final int ACCEPTED = 202;

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** {@code base} is scheme, host and port, for instance {@code http://127.0.0.1:8558}. */
  public NodeClient(URI base) {
    this.base = base;
  }

  public URI base() {
    return base;
  }

  /**
   * The answer to a GET.
   *
   * @throws NodeException when the node refuses, or no answer comes
   */
  public JsonNode get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET(), path);
  }

  /**
   * The answer to a POST of {@code body} as JSON, however long the node works for it.
   *
   * @throws NodeException when the node refuses, or no answer comes
   */
  public JsonNode post(String path, JsonNode body) {
    return post(path, body, waitsFor -> {});
  }

  /**
   * The answer to a POST of {@code body} as JSON. A node that works on answers with 202, and is
   * asked again until it is done.
   *
   * @param waits told, each time, what the node waits for
   * @throws NodeException when the node refuses, or no answer comes
   */
  public JsonNode post(String path, JsonNode body, Consumer<String> waits) {
    JsonNode ask = body;
    while (true) {
      HttpResponse<String> response =
          exchange(
              HttpRequest.newBuilder(base.resolve(path))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(ask.toString())),
              path);
      JsonNode answer = answer(response, path);
      if (response.statusCode() != ACCEPTED) {
        return answer;
      }
      waits.accept(answer.path("waitsFor").asText());
      ask = answer.path("repeat");
    }
  }

  private JsonNode send(HttpRequest.Builder request, String path) {
    return answer(exchange(request, path), path);
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request, String path) {
    try {
      return http.send(
          request
              .timeout(REQUEST_TIMEOUT)
              .header("Accept", "application/json, application/problem+json")
              .build(),
          BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new NodeException("no node answers at " + base + ": is it running?", e);
    } catch (IOException e) {
      throw new NodeException("no answer from " + base.resolve(path) + ": " + describe(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeException("interrupted while waiting for " + base.resolve(path), e);
    }
  }

  private JsonNode answer(HttpResponse<String> response, String path) {
    if (response.statusCode() / 100 == 2) {
      return parse(response.body(), path);
    }
    throw new NodeException(response.statusCode(), problem(response));
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private JsonNode parse(String body, String path) {
    if (body.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new NodeException("the answer of " + base.resolve(path) + " is not JSON", e);
    }
  }

  private static String problem(HttpResponse<String> response) {
    try {
      JsonNode document = JSON.readTree(response.body());
      String title = document.path("title").asText("");
      String detail = document.path("detail").asText("");
      if (!title.isEmpty()) {
        return detail.isEmpty() ? title : title + ": " + detail;
      }
    } catch (JsonProcessingException e) {
      return "HTTP " + response.statusCode() + ": " + shorten(response.body());
    }
    return "HTTP " + response.statusCode() + ": " + shorten(response.body());
  }

  private static String shorten(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
