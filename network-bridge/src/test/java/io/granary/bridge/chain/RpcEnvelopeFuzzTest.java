package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.JsonCodec;
import io.granary.protocol.json.JsonShapeException;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.port.ChainException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Answers of a chain node; the first line names the method. */
class RpcEnvelopeFuzzTest {
  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));
  private static final long ID = 7;

  /** Jackson's buffers and its table of names. */
  private static final long FIXED_BYTES = 4 << 20;

  @FuzzTest
  void isTheMethodsResultOrAChainException_whateverComes(byte[] input) {
    int end = 0;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    String name = new String(input, 0, end, StandardCharsets.ISO_8859_1);
    byte[] body = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
    METHODS.find(name).ifPresent(method -> check(method, body));
  }

  private static <R> void check(RpcMethod<R> method, byte[] body) {
    Optional<R> result =
        Parsing.of(
            body.length,
            FIXED_BYTES,
            () -> RpcEnvelope.result(method, ID, 200, body),
            ChainException.class);
    result.ifPresent(value -> assertThat(again(method.result(), value)).isEqualTo(value));
    for (int status : new int[] {401, 429, 500}) {
      Parsing.of(
          body.length,
          FIXED_BYTES,
          () -> RpcEnvelope.result(method, ID, status, body),
          ChainException.class);
    }
  }

  /** What the codec writes it reads as the same. */
  private static <R> R again(JsonCodec<R> codec, R value) {
    try {
      return codec.decode(JsonText.parse(JsonText.write(codec.write(value))));
    } catch (JsonShapeException e) {
      throw new AssertionError("written and not read: " + codec.write(value), e);
    }
  }
}
