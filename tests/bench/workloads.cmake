# sriov-workload-driver: one side of a workload from the command line; compare_workloads.sh drives it.
add_executable(sriov-workload-driver ${CMAKE_CURRENT_SOURCE_DIR}/workload_driver.cpp)
target_link_libraries(sriov-workload-driver PRIVATE sriov::workloads)
