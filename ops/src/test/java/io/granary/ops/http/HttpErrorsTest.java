package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is a problem document that says what was wrong. */
@ExtendWith(StageExtension.class)
class HttpErrorsTest {
  private ManagementStage stage;
  private Http http;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
    http = new Http(given);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/",
        "/v1/sector",
        "/v1/sectors/f01000",
        "/v1/miners/f01000",
        "/nothing",
        "/"
      })
  void answersNotFound_whenNothingIsAtThePath(String path) {
    assertThat(http.get(path).problem(404)).contains(path);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/sectors, GET",
    "PUT, /v1/miners, 'GET, POST'",
    "GET, /v1/sectors/f01000/1/retry, POST",
    "PATCH, /v1/sectors, GET"
  })
  void answersMethodNotAllowed_whenThePathHasOthers(String method, String path, String allowed) {
    Http.Answer answer = http.send(method, path, "Accept", "*/*");
    assertThat(answer.problem(405)).contains(path).contains(allowed);
    assertThat(answer.allow()).isEqualTo(allowed);
  }

  @Test
  void answersTooLarge_whenTheBodyIs() {
    String body = "{\"sectorSize\":\"" + "x".repeat((int) Endpoints.BODY_BYTES_MAX) + "\"}";
    http.post("/v1/miners", body).problem(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
  void answersUnsupported_whenTheBodyIsNoJson(String contentType) {
    assertThat(http.post("/v1/miners", contentType, "{\"sectorSize\":\"2KiB\"}").problem(415))
        .contains("Content-Type")
        .contains(contentType);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"sectorSize\":      | body: not JSON",
        "{\"miner\":\"f01\"}{} | body: not JSON",
        "{\"miner\":\"f01\",\"miner\":\"f02\"} | body: not JSON",
        "[1]                   | body: expected a JSON object",
        "{\"size\":\"2KiB\"}   | size: unknown field",
        "{}                    | sectorSize: is required",
        "{\"sectorSize\":2048} | sectorSize: expected a text",
        "{\"sectorSize\":\"3KiB\"} | sectorSize: expected 2KiB",
        "{\"sectorSize\":\"2KiB\",\"owner\":\"me\"} | owner:",
        "{\"message\":\"bafy\"} | message:",
        "{\"miner\":\"me\"} | miner: expected an id address",
        "{\"miner\":\"f01000\",\"sectorSize\":\"2KiB\"} | body: expected sectorSize",
        "{\"miner\":\"f01000\",\"owner\":\"f3abc\"} | body: expected sectorSize"
      })
  void namesTheField_whenTheBodyIsWrong(String body, String expected) {
    assertThat(http.post("/v1/miners", body.strip()).problem(400)).contains(expected.strip());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:8558", "10.0.0.1", "0.0.0.0", "[2001:db8::1]"})
  void answersForbidden_whenTheHostIsNoLoopbackName(String host) {
    assertThat(http.raw("GET /v1/sectors HTTP/1.1\r\nHost: " + host + "\r\n").problem(403))
        .contains("Host");
    assertThat(http.raw("GET /cluster/members HTTP/1.1\r\nHost: " + host + "\r\n").problem(403))
        .contains("Host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:8558", "127.0.0.1", "127.9.9.9:1", "[::1]:8558"})
  void answers_whenTheHostIsALoopbackName(String host) {
    http.raw("GET /v1/sectors HTTP/1.1\r\nHost: " + host + "\r\n").json(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://localhost:1"})
  void answersForbidden_whenAPageFromElsewhereAsks(String origin) {
    assertThat(http.send("GET", "/v1/sectors", "Origin", origin).problem(403)).contains("Origin");
    assertThat(http.send("POST", "/v1/sectors/f01000/1/retry", "Origin", origin).problem(403))
        .contains("Origin");
  }

  @Test
  void answers_whenItsOwnPageAsks() {
    http.send("GET", "/v1/sectors", "Origin", stage.address().toString()).json(200);
  }

  @Test
  void answersWithAProblem_whenTheRequestIsNoHttp() {
    http.raw("GET /v1/sec|tors HTTP/1.1\r\nHost: localhost\r\n").problem(400);
    http.raw("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n").problem(414);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
  void refusesToBind_whenTheAddressIsNotLoopback(String host) {
    assertThatThrownBy(() -> ManagementServer.bind(stage.system(), host, 0, stage.managementApi()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("loopback")
        .hasMessageContaining(host);
  }

  @Test
  void answersAkkaManagementsRoutes() {
    assertThat(http.get("/cluster/members").json(200).path("members")).hasSize(1);
    assertThat(http.status("/alive")).isEqualTo(200);
    assertThat(http.status("/ready")).isEqualTo(200);
    // Read only: nobody can be downed over it.
    http.send("DELETE", "/cluster/members/x", "Accept", "*/*").problem(405);
    assertThat(http.get("/cluster/members/x").problem(404)).isEqualTo("Member [x] not found");
  }
}
