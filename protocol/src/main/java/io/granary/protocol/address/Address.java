package io.granary.protocol.address;

import io.granary.protocol.ActorId;
import io.granary.protocol.Base32;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.hash.Blake2b;
import java.util.Optional;

/**
 * A Filecoin address: one protocol byte and its payload (go-address). Text and byte forms are
 * strict: what decodes re-encodes to the same text or bytes.
 *
 * @param bytes the protocol byte 0 to 4 and the payload
 */
public record Address(Bytes bytes) implements Comparable<Address> {
  /** The longest text that is looked at (go-address, MaxAddressStringLength). */
  public static final int MAX_TEXT_LENGTH = 115;

  /** The longest sub-address of an f4 address in bytes (go-address, MaxSubaddressLen). */
  public static final int MAX_SUB_ADDRESS_BYTES = 54;

  /** The f4 namespace of the Ethereum address manager, actor f010 (FRC-0048, FIP-0055). */
  public static final long ETHEREUM_NAMESPACE = 10;

  private static final int HASH_BYTES = 20;
  private static final int BLS_KEY_BYTES = 48;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MAX_ID_DIGITS = 19;

  public Address {
    if (bytes.length() < 2) {
      throw new IllegalArgumentException(
          "address: expected a protocol byte and a payload, got " + bytes.length() + " bytes");
    }
    int payload = bytes.length() - 1;
    switch (bytes.at(0)) {
      case 0 -> requireWholeVarint(bytes);
      case 1, 2 -> requirePayload(payload, HASH_BYTES);
      case 3 -> requirePayload(payload, BLS_KEY_BYTES);
      case 4 -> {
        int next = Varint.decode(bytes, 1, "address namespace").next();
        if (bytes.length() - next > MAX_SUB_ADDRESS_BYTES) {
          throw new IllegalArgumentException(
              "address: sub-address of at most "
                  + MAX_SUB_ADDRESS_BYTES
                  + " bytes, got "
                  + (bytes.length() - next));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "address: protocol must be 0 to 4, got " + (bytes.at(0) & 0xff));
    }
  }

  private static void requireWholeVarint(Bytes bytes) {
    int next = Varint.decode(bytes, 1, "address id").next();
    if (next != bytes.length()) {
      throw new IllegalArgumentException(
          "address: " + (bytes.length() - next) + " bytes after the id");
    }
  }

  private static void requirePayload(int actual, int expected) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          "address: expected a payload of " + expected + " bytes, got " + actual);
    }
  }

  /**
   * Reads the byte form.
   *
   * @throws IllegalArgumentException when {@code bytes} is no address
   */
  public static Address fromBytes(Bytes bytes) {
    return new Address(bytes);
  }

  /** The f0 address of an actor. */
  public static Address ofId(ActorId id) {
    return of(0, Varint.encode(id.value()));
  }

  /** The f0 address of the actor numbered {@code id}. */
  public static Address ofId(long id) {
    return ofId(new ActorId(id));
  }

  /** The f1 address of a 65-byte uncompressed secp256k1 public key. */
  public static Address ofSecp256k1Key(Bytes publicKey) {
    return of(1, Blake2b.hash160(publicKey.requireLength(65, "secp256k1 public key")));
  }

  /** The f2 address of an actor made from {@code creationData}. */
  public static Address ofActor(Bytes creationData) {
    return of(2, Blake2b.hash160(creationData));
  }

  /** The f3 address of a 48-byte compressed BLS public key. */
  public static Address ofBlsKey(Bytes publicKey) {
    return of(3, publicKey.requireLength(BLS_KEY_BYTES, "BLS public key"));
  }

  /** The f4 address {@code subAddress} under the address manager {@code namespace}. */
  public static Address ofDelegated(long namespace, Bytes subAddress) {
    return of(4, Bytes.concat(Varint.encode(namespace), subAddress));
  }

  /** The f410 address of a 20-byte Ethereum address. */
  public static Address ofEthereum(Bytes ethereumAddress) {
    return ofDelegated(ETHEREUM_NAMESPACE, ethereumAddress.requireLength(20, "Ethereum address"));
  }

  private static Address of(int protocol, Bytes payload) {
    return new Address(Bytes.concat(Bytes.of(new byte[] {(byte) protocol}), payload));
  }

  /**
   * Reads a text address of either network prefix, {@code f} or {@code t}.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code text}
   */
  public static Address parse(String text) {
    if (text.length() < 3 || text.length() > MAX_TEXT_LENGTH) {
      throw new IllegalArgumentException(
          "address: expected 3 to " + MAX_TEXT_LENGTH + " characters, got " + text.length());
    }
    if (text.charAt(0) != 'f' && text.charAt(0) != 't') {
      throw new IllegalArgumentException("address: must start with f or t, got " + text);
    }
    String rest = text.substring(2);
    return switch (text.charAt(1)) {
      case '0' -> ofId(parseNumber(rest, "address id"));
      case '1' -> checked(1, Bytes.empty(), rest);
      case '2' -> checked(2, Bytes.empty(), rest);
      case '3' -> checked(3, Bytes.empty(), rest);
      case '4' -> {
        int separator = rest.indexOf('f');
        if (separator < 0) {
          throw new IllegalArgumentException("address: no f after the namespace in " + text);
        }
        long namespace = parseNumber(rest.substring(0, separator), "address namespace");
        yield checked(4, Varint.encode(namespace), rest.substring(separator + 1));
      }
      default -> throw new IllegalArgumentException("address: protocol must be 0 to 4 in " + text);
    };
  }

  private static long parseNumber(String digits, String field) {
    if (digits.isEmpty() || digits.length() > MAX_ID_DIGITS) {
      throw new IllegalArgumentException(
          field + ": expected 1 to " + MAX_ID_DIGITS + " digits, got " + digits.length());
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        throw new IllegalArgumentException(field + ": not decimal: " + digits);
      }
    }
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      throw new IllegalArgumentException(field + ": leading zero in " + digits);
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(field + ": must be below 2^63, got " + digits, e);
    }
  }

  private static Address checked(int protocol, Bytes prefix, String base32) {
    Bytes decoded = Base32.decode(base32, "address");
    int payload = decoded.length() - CHECKSUM_BYTES;
    if (payload < 0) {
      throw new IllegalArgumentException("address: too short for its checksum");
    }
    Address address = of(protocol, Bytes.concat(prefix, decoded.slice(0, payload)));
    if (!Blake2b.checksum(address.bytes).equals(decoded.slice(payload, CHECKSUM_BYTES))) {
      throw new IllegalArgumentException("address: wrong checksum");
    }
    return address;
  }

  /** 0 id, 1 secp256k1 key, 2 actor, 3 BLS key, 4 delegated. */
  public int protocol() {
    return bytes.at(0);
  }

  /** The bytes after the protocol byte. */
  public Bytes payload() {
    return bytes.slice(1, bytes.length() - 1);
  }

  /** The actor's number, for an f0 address. */
  public Optional<ActorId> idOf() {
    return protocol() == 0
        ? Optional.of(new ActorId(Varint.decode(bytes, 1, "address id").value()))
        : Optional.empty();
  }

  /**
   * The actor's number.
   *
   * @throws IllegalArgumentException when this is no f0 address
   */
  public ActorId requireId() {
    return idOf()
        .orElseThrow(
            () -> new IllegalArgumentException("address: expected an f0 address, got " + this));
  }

  /**
   * The text for a network: prefix {@code 'f'} on mainnet, {@code 't'} elsewhere. Both name the
   * same address.
   */
  public String toText(char networkPrefix) {
    if (networkPrefix != 'f' && networkPrefix != 't') {
      throw new IllegalArgumentException("address prefix: expected f or t, got " + networkPrefix);
    }
    String start = networkPrefix + Integer.toString(protocol());
    return switch (protocol()) {
      case 0 -> start + Varint.decode(bytes, 1, "address id").value();
      case 4 -> {
        Varint.Read namespace = Varint.decode(bytes, 1, "address namespace");
        yield start + namespace.value() + 'f' + base32From(namespace.next());
      }
      default -> start + base32From(1);
    };
  }

  private String base32From(int offset) {
    return Base32.encode(
        Bytes.concat(bytes.slice(offset, bytes.length() - offset), Blake2b.checksum(bytes)));
  }

  /** Orders by bytes. */
  @Override
  public int compareTo(Address other) {
    return bytes.compareTo(other.bytes);
  }

  /** The text with mainnet's prefix. */
  @Override
  public String toString() {
    return toText('f');
  }
}
