package io.granary.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.wire.BlobRefProto;
import io.granary.protocol.wire.FileLocationProto;
import io.granary.protocol.wire.JobFailureProto;
import io.granary.protocol.wire.JobOutputProto;
import io.granary.protocol.wire.JobReportProto;
import io.granary.protocol.wire.JobRequestProto;
import io.granary.protocol.wire.JobSpecProto;
import io.granary.protocol.wire.RecipientProto;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobCodecTest {
  @ParameterizedTest
  @MethodSource("io.granary.protocol.codec.JobFixtures#requests")
  void requestComesBackEqual_whenWrittenAndRead(JobRequest request)
      throws InvalidProtocolBufferException {
    byte[] bytes = JobCodec.toProto(request).toByteArray();
    assertThat(JobCodec.fromProto(JobRequestProto.parseFrom(bytes))).isEqualTo(request);
  }

  @ParameterizedTest
  @MethodSource("io.granary.protocol.codec.JobFixtures#reports")
  void reportComesBackEqual_whenWrittenAndRead(JobReport report)
      throws InvalidProtocolBufferException {
    byte[] bytes = JobCodec.toProto(report).toByteArray();
    assertThat(JobCodec.fromProto(JobReportProto.parseFrom(bytes))).isEqualTo(report);
  }

  @ParameterizedTest
  @MethodSource("io.granary.protocol.codec.JobFixtures#outputs")
  void outputComesBackEqual_whenKeptAsBytes(JobOutput output) {
    assertThat(JobCodec.decodeOutput(JobCodec.encode(output))).isEqualTo(output);
  }

  @Test
  void refusesOutputBytes_whenTheyAreCut() {
    byte[] bytes = JobCodec.encode(JobFixtures.outputs().get(0));
    assertThatThrownBy(() -> JobCodec.decodeOutput(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("job output");
  }

  @Test
  void fixturesCoverEveryKind_whenComparedWithTheSealedTypes() {
    assertThat(kinds(JobFixtures.specs().stream())).isEqualTo(leaves(JobSpec.class));
    assertThat(kinds(JobFixtures.outputs().stream())).isEqualTo(leaves(JobOutput.class));
    assertThat(kinds(JobFixtures.reports().stream())).isEqualTo(leaves(JobReport.class));
  }

  @Test
  void refuses_whenNoKindIsSet() {
    assertThatThrownBy(() -> JobCodec.fromProto(JobSpecProto.getDefaultInstance()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("job spec");
    assertThatThrownBy(() -> JobCodec.fromProto(JobOutputProto.getDefaultInstance()))
        .hasMessageContaining("job output");
    assertThatThrownBy(() -> JobCodec.fromProto(RecipientProto.getDefaultInstance()))
        .hasMessageContaining("recipient");
    assertThatThrownBy(() -> JobCodec.fromProto(JobFailureProto.getDefaultInstance()))
        .hasMessageContaining("job failure");
  }

  @Test
  void refusesWithTheFieldsName_whenAValueIsOutOfRange() {
    assertThatThrownBy(() -> JobCodec.jobId("ABC")).hasMessageContaining("job id");
    assertThatThrownBy(() -> ValueCodec.commitmentFromProto(ByteString.EMPTY))
        .hasMessageContaining("commitment");
    assertThatThrownBy(() -> ValueCodec.fromProto(BlobRefProto.newBuilder().setLength(-1).build()))
        .hasMessageContaining("blob length");
    assertThatThrownBy(
            () -> ValueCodec.fromProto(FileLocationProto.newBuilder().setType("x").build()))
        .hasMessageContaining("'x'");
  }

  private static Set<Class<?>> kinds(Stream<?> values) {
    return values.map(Object::getClass).collect(Collectors.toSet());
  }

  private static Set<Class<?>> leaves(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .flatMap(c -> c.isSealed() ? leaves(c).stream() : Stream.of(c))
        .collect(Collectors.toSet());
  }
}
