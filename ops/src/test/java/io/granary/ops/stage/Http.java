package io.granary.ops.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Requests as curl would send them, answers as they came. */
public final class Http {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final URI base;

  public Http(ManagementStage stage) {
    this.base = stage.address();
  }

  /** An answer with a JSON body. */
  public record Answer(int status, String contentType, String allow, JsonNode body) {
    /** Checks that this is a whole problem document of {@code expected}; its detail. */
    public String problem(int expected) {
      assertThat(status).as("%s", body).isEqualTo(expected);
      assertThat(contentType).startsWith("application/problem+json");
      assertThat(body.path("type").asText()).isEqualTo("about:blank");
      assertThat(body.path("title").asText()).isNotBlank();
      assertThat(body.path("status").isInt()).isTrue();
      assertThat(body.path("status").asInt()).isEqualTo(expected);
      assertThat(body.path("detail").asText()).isNotBlank();
      return body.path("detail").asText();
    }

    /** Checks that this is a JSON answer of {@code expected}; its body. */
    public JsonNode json(int expected) {
      assertThat(status).as("%s", body).isEqualTo(expected);
      assertThat(contentType).startsWith("application/json");
      return body;
    }
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  /** The status of a GET that is answered with no JSON. */
  public int status(String path) {
    try {
      return CLIENT.send(request(path).GET().build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  public Answer post(String path, String json) {
    return post(path, "application/json", json);
  }

  public Answer post(String path, String contentType, String body) {
    return send(
        request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
  }

  /** A request of any method without a body, and with one header more. */
  public Answer send(String method, String path, String header, String value) {
    return send(request(path).header(header, value).method(method, BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path));
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse(""),
          response.headers().firstValue("allow").orElse(""),
          parse(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Sends {@code head}, lines that end in CR LF, as it stands. */
  public Answer raw(String head) {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String headers = text.substring(0, text.indexOf("\r\n\r\n"));
      return new Answer(
          Integer.parseInt(text.substring(9, 12)),
          headers
              .lines()
              .filter(line -> line.startsWith("Content-Type: "))
              .map(line -> line.substring("Content-Type: ".length()))
              .findFirst()
              .orElse(""),
          "",
          parse(text.substring(text.indexOf("\r\n\r\n") + 4)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
