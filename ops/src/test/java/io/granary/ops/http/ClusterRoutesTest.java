package io.granary.ops.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import io.granary.ops.stage.Http;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only a member that is another, and exactly the one that died, is taken out. */
@ExtendWith(StageExtension.class)
class ClusterRoutesTest {
  private final ManagementStage stage;
  private final Http http;

  ClusterRoutesTest(ManagementStage stage) {
    this.stage = stage;
    this.http = new Http(stage);
  }

  private static String body(String address, String uid) {
    return "{\"address\":\"" + address + "\",\"uid\":\"" + uid + "\"}";
  }

  @Test
  void refusesToDownTheNodeThatAnswers() {
    UniqueAddress self = Cluster.get(stage.system()).selfMember().uniqueAddress();
    assertThat(
            http.post("/v1/cluster/down", body(self.address().toString(), "" + self.longUid()))
                .problem(409))
        .contains("it lives");
  }

  @Test
  void refusesAnotherIncarnation() {
    UniqueAddress self = Cluster.get(stage.system()).selfMember().uniqueAddress();
    assertThat(
            http.post(
                    "/v1/cluster/down", body(self.address().toString(), "" + (self.longUid() + 1)))
                .problem(404))
        .startsWith("address: ");
  }

  @Test
  void refusesAnAddressThatNobodyHas_andAUidThatIsNone() {
    assertThat(http.post("/v1/cluster/down", body("nowhere", "1")).problem(404))
        .startsWith("address: ");
    assertThat(http.post("/v1/cluster/down", body("akka://granary@127.0.0.1:1", "x")).problem(400))
        .startsWith("uid: ");
  }
}
