package io.granary.devnet.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.granary.devnet.chain.DevnetException;
import io.granary.protocol.json.RpcMethod.Permission;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JSON Web Tokens, HS256, with the payload {@code {"Allow":[…]}} (chain.md 2.1). */
final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final int TOKEN_CHARS_MAX = 4096;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  private Tokens(byte[] secret) {
    this.secret = secret.clone();
  }

  /** Tokens under the secret in {@code file}, which is made when it is missing. */
  static Tokens open(Path file) {
    try {
      if (!Files.exists(file)) {
        byte[] fresh = new byte[32];
        new SecureRandom().nextBytes(fresh);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, fresh);
      }
      byte[] secret = Files.readAllBytes(file);
      if (secret.length < 32) {
        throw new DevnetException("token secret " + file + ": shorter than 32 bytes");
      }
      return new Tokens(secret);
    } catch (IOException e) {
      throw new DevnetException("token secret " + file + ": cannot open", e);
    }
  }

  /** A token that allows {@code permissions}. */
  String issue(List<Permission> permissions) {
    ArrayNode allow = JSON.createArrayNode();
    permissions.forEach(permission -> allow.add(permission.text()));
    String payload = JSON.createObjectNode().set("Allow", allow).toString();
    String signed = encode(HEADER) + "." + encode(payload);
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(signed));
  }

  /** What {@code token} allows, in its order; empty when it is not one of ours. */
  Optional<List<Permission>> verify(String token) {
    int dot = token.lastIndexOf('.');
    int firstDot = token.indexOf('.');
    if (token.length() > TOKEN_CHARS_MAX || firstDot < 0 || dot == firstDot) {
      return Optional.empty();
    }
    try {
      byte[] given = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(given, mac(token.substring(0, dot)))) {
        return Optional.empty();
      }
      JsonNode payload =
          JSON.readTree(Base64.getUrlDecoder().decode(token.substring(firstDot + 1, dot)));
      return Optional.of(permissions(payload.path("Allow")));
    } catch (IllegalArgumentException | IOException e) {
      return Optional.empty(); // no base64 or no JSON: not one of ours
    }
  }

  private static List<Permission> permissions(JsonNode allow) {
    List<Permission> permissions = new ArrayList<>();
    allow.forEach(entry -> permissions.add(permission(entry.asText())));
    return permissions;
  }

  static Permission permission(String text) {
    for (Permission permission : Permission.values()) {
      if (permission.text().equals(text)) {
        return permission;
      }
    }
    throw new IllegalArgumentException("permission: " + text);
  }

  /** What a request without token may do. */
  static Set<Permission> anonymous() {
    return EnumSet.of(Permission.READ);
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no " + ALGORITHM, e);
    }
  }
}
