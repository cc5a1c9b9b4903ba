package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.nio.charset.StandardCharsets;

/**
 * The newest advertisement, signed (go-libipni dagsync/ipnisync/head).
 *
 * @param topic of the network of indexers
 * @param publicKey Protobuf of the signer's key
 * @param signature over the head's CID and the topic
 */
record SignedHead(Cid head, String topic, Bytes publicKey, Bytes signature) {
  static SignedHead sign(Identity signer, Cid head, String topic) {
    Bytes signed = Bytes.concat(head.bytes(), Bytes.of(topic.getBytes(StandardCharsets.UTF_8)));
    return new SignedHead(
        head,
        topic,
        Bytes.of(signer.publicKey().encode()),
        Bytes.of(signer.sign(signed.toArray())));
  }

  Bytes dagJson() {
    return new DagJson()
        .link("head", head)
        .bytes("pubkey", publicKey)
        .bytes("sig", signature)
        .text("topic", topic)
        .encode();
  }
}
