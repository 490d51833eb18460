namespace sriov {}
