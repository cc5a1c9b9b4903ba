package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.secure.FrameCiphers;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.signature.CurveLibrary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class NetRoutesTest {
  private Http http;

  @BeforeEach
  void take(ManagementStage stage) {
    http = new Http(stage);
  }

  @Test
  void namesTheNativeLibrariesInUse() {
    JsonNode net = http.get("/v1/net").json(200);
    assertThat(net.path("cipher").asText()).isEqualTo(FrameCiphers.inUse().name());
    assertThat(net.path("secp256k1").asText()).isEqualTo(CurveLibrary.inUse().name());
    assertThat(net.path("peerId").asText()).isNotEmpty();
  }
}
