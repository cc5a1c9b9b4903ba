package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class ChildMessagesTest {
  private static ChildMessage read(String json) throws FrameException {
    return ChildMessages.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsHello_whenUnknownFieldsAreThere() throws FrameException {
    ChildMessage message =
        read(
            """
            {"type":"hello","protocol":1,"pid":4711,"class":"any","version":"0.1.0","novel":{},
             "crates":{},"features":["portable"],"devices":[],"threads":2,
             "parameter_cache":{"directory":"/p","sets":[
               {"sector_padded_bytes":"2048","circuits":["porep","window_post"]}]}}
            """);
    ChildHello hello = ((ChildMessage.Hello) message).hello();
    assertThat(hello.protocol()).isEqualTo(1);
    assertThat(hello.pid()).isEqualTo(4711);
    assertThat(hello.features()).containsExactly("portable");
    assertThat(hello.circuits()).containsEntry(2048L, Set.of("porep", "window_post"));
  }

  @Test
  void readsErrorWithAllItsParts_whenTheChildRefuses() throws FrameException {
    ChildMessage message =
        read(
            """
            {"type":"response","id":"3","gpu_fallback":true,"millis":5,"error":
             {"kind":"faulty_sectors","message":"bad","retryable":false,"gpu_fallback":false,
              "path":"/x","errno":28,"sector_numbers":["7","9"]}}
            """);
    ChildMessage.Response response = (ChildMessage.Response) message;
    assertThat(response.gpuFallback()).isTrue();
    assertThat(response.error())
        .contains(new ChildError("faulty_sectors", "bad", false, "", "/x", 28, List.of(7L, 9L)));
    assertThat(response.error().orElseThrow().describe())
        .contains("faulty_sectors", "bad", "/x", "28", "[7, 9]");
  }

  @Test
  void readsProgressAndLog_whenTheyAreWellFormed() throws FrameException {
    assertThat(
            read(
                """
                {"type":"progress","id":"1","stage":"vanilla.done","done":1,"total":4,
                 "sector_number":"12"}
                """))
        .isEqualTo(
            new ChildMessage.Progress(
                "1", new ChildProgress("vanilla.done", 1, 4, OptionalLong.of(12))));
    assertThat(
            read(
                """
                {"type":"log","id":null,"level":"warn","target":"t","text":"x","millis":1}
                """))
        .isEqualTo(new ChildMessage.Log(Level.WARN, "t", "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "{}",
        "{\"type\":\"novel\"}",
        "{\"type\":\"response\",\"id\":\"1\"}",
        "{\"type\":\"response\",\"id\":\"1\",\"ok\":{},\"error\":{\"kind\":\"io\"}}",
        "{\"type\":\"progress\",\"id\":\"1\",\"stage\":\"s\",\"done\":\"1\",\"total\":1}",
        "{\"type\":\"log\",\"level\":\"loud\",\"target\":\"t\",\"text\":\"x\"}",
        "{\"type\":\"hello\",\"protocol\":1,\"pid\":1,\"version\":\"1\",\"parameter_cache\":"
            + "{\"sets\":[{\"sector_padded_bytes\":\"two\"}]}}",
        "{\"type\":\"log\",\"level\":\"info\",\"target\":\"t\",\"text\":\"x\"} {}"
      })
  void refusesTheFrame_whenItIsNotAsTheProtocolSays(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(FrameException.class);
  }

  @Test
  void percentIsZero_whenTheTotalIsUnknown() {
    assertThat(new ChildProgress("s", 5, 0, OptionalLong.empty()).percent()).isZero();
    assertThat(new ChildProgress("s", 1, 2, OptionalLong.empty()).percent()).isEqualTo(50);
    assertThat(new ChildProgress("s", 9, 2, OptionalLong.empty()).percent()).isEqualTo(100);
  }
}
